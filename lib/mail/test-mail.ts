import { record } from "../audit";
import type { Actor } from "../authz";
import { authorise, change } from "../db";
import { env } from "../env";
import { type Failure, fail, ok, type Result } from "../result";
import { MailError } from "./mail-error";
import { openMailServer } from "./mail-server";
import { openSession } from "./smtp";

/** Sends one mail to the admin who asks, and tells what the server answered, within ten seconds. */
export interface TestFailure extends Failure {
  serverSaid?: string | null;
}

export interface TestMail {
  to: string;
  serverSaid: string | null;
}

export async function sendTestMail(actor: Actor, withinMs = 9500): Promise<Result<TestMail, TestFailure>> {
  const permit = await authorise(actor, "site.manage", null, { type: "mail" });
  if (!permit.ok) return permit;
  if (actor.type !== "user") return fail("forbidden", "A test mail goes to whoever asks for it.");
  const opened = await openMailServer(permit.value);
  if (!opened.ok) return opened;
  if (!opened.value) return fail("not-found", "Save the mail settings first.");
  const { server, fromAddress } = opened.value;
  const { publicUrl, allowedNetworks } = env();
  const target = { type: "mail", label: `${server.host}:${server.port}` };
  const options = { allowedNetworks, name: new URL(publicUrl).hostname, total: AbortSignal.timeout(withinMs) };
  try {
    const session = await openSession(server, options);
    const serverSaid = await session.send({ from: fromAddress, to: actor.email, ...testText(publicUrl) });
    session.close();
    await change(permit.value, async (tx) => {
      await tx.$executeRaw`UPDATE "MailSettings"
        SET "sentAt" = clock_timestamp(), troubles = 0, trouble = NULL, "retryAt" = NULL`;
      return { value: null, audit: { action: "mail.test", target, outcome: "ok" } };
    });
    return ok({ to: actor.email, serverSaid });
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    await record({ actor, action: "mail.test", target, outcome: "failed" });
    return { ok: false, error: { code: "host-refused", message: error.message, serverSaid: error.serverSaid } };
  }
}

function testText(publicUrl: string) {
  const sentence = "This mail shows that Forgepass can send mail. There is nothing to do.";
  return {
    subject: "A test mail from Forgepass",
    text: `${sentence}\n\n${publicUrl}\n`,
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>A test mail</title></head><body style="font:15px/1.5 sans-serif"><p>${sentence}</p>
<p><a href="${publicUrl}">${publicUrl}</a></p></body></html>\n`,
  };
}
