"use client";
import { buttonClass } from "@/components/button";
import { Message } from "@/components/message";
import { Code } from "@/components/scope-chip";
import "./globals.css";

/** When not even the frame could be drawn. Plain links, because scripts may be what failed. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong · Forgepass</title>

        <Message
          title="Forgepass did not answer properly"
          actions={
            <a href="/" className={buttonClass("primary")}>
              Start again
            </a>
          }
          aside={
            error.digest ? (
              <>
                Reference <Code>{error.digest}</Code>
              </>
            ) : null
          }
        >
          Nothing was lost. Wait a minute and start again; if it stays like this, tell your admin
          {error.digest ? " the reference, which finds the cause in the server’s log" : ""}.
        </Message>
      </body>
    </html>
  );
}
