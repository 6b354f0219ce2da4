"use client";
import { CloudAlert, RotateCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { startTransition } from "react";
import { Button, LinkButton } from "@/components/button";
import { CopyButton } from "@/components/copy-button";
import { Message } from "@/components/message";
import { Code } from "@/components/scope-chip";

/** What went wrong stays in the server's log; the reference finds it there. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const router = useRouter();
  return (
    <Message
      icon={<CloudAlert aria-hidden />}
      title="This page did not work"
      actions={
        <>
          <Button
            variant="primary"
            icon={<RotateCw aria-hidden />}
            onClick={() =>
              startTransition(() => {
                router.refresh();
                reset();
              })
            }
          >
            Try again
          </Button>
          <LinkButton href="/">Go home</LinkButton>
        </>
      }
      aside={
        error.digest ? (
          <>
            Reference <Code>{error.digest}</Code> <CopyButton text={error.digest} variant="ghost" />
          </>
        ) : null
      }
    >
      Nothing you entered before was lost, but your last change may not have been made. Try again; if it stays like
      this, tell your admin{error.digest ? " the reference, which finds the cause in the server’s log" : ""}.
    </Message>
  );
}
