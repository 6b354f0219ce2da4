import type { Actor } from "../authz";
import { authorise, change, database, type Permit } from "../db";
import { env } from "../env";
import type { Job } from "../jobs/job";
import type { Tx } from "../prisma";
import { compose } from "./compose";
import { MailError } from "./mail-error";
import { openMailServer } from "./mail-server";
import { type Claim, claim, findDue, giveUp, release, settle } from "./outbox";
import { type MailSession, openSession, type SessionOptions } from "./smtp";

/**
 * Mails what is due: rejections at once, everything else in one mail a day at most for each person. While the server
 * cannot be used nothing is claimed, and it is tried again later and later, so that a wrong password locks nothing.
 */
const SYSTEM: Actor = { type: "system", name: "mail.send" };
const BATCH = 200;

export const mailJob: Job = {
  name: "mail.send",
  title: "Send mail",
  every: "*/5 * * * *",
  timeoutSeconds: 900,
  run: (signal) => sendDue({ signal }),
};

type Options = { signal?: AbortSignal } & Pick<SessionOptions, "caCertificate" | "deadlineMs">;

/** @returns a sentence: what was sent, or why nothing was */
export async function sendDue({ signal, ...more }: Options = {}): Promise<string> {
  const permit = await authorise(SYSTEM, "site.manage", null);
  if (!permit.ok) return permit.error.message;
  const db = database(permit.value);
  const [row] = await db.$queryRaw<{ waits: boolean }[]>`
    SELECT coalesce("retryAt" > clock_timestamp(), false) AS waits FROM "MailSettings"`;
  await write(permit.value, (tx) => giveUp(tx, row !== undefined));
  if (!row) return "Mail is not set up.";
  if (row.waits) return "The mail server could not be used; it is tried again later.";
  const due = await findDue(db, BATCH);
  if (due.length === 0) return "Nothing to mail.";
  const opened = await openMailServer(permit.value);
  if (!opened.ok) return await noteTrouble(permit.value, opened.error.message);
  if (!opened.value) return "Mail is not set up.";
  const { server, fromAddress } = opened.value;
  const { publicUrl, allowedNetworks } = env();
  const post: Post = { permit: permit.value, publicUrl, fromAddress, sent: 0, refused: 0 };
  let session: MailSession | null = null;
  try {
    session = await openSession(server, { allowedNetworks, name: new URL(publicUrl).hostname, ...more });
    for (const userId of due) {
      if (signal?.aborted) break;
      await mailTo(post, session, userId);
    }
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    return `${summary(post)} ${await noteTrouble(permit.value, withWords(error))}`;
  } finally {
    session?.close();
  }
  return summary(post);
}

interface Post {
  permit: Permit<"site.manage">;
  publicUrl: string;
  fromAddress: string;
  sent: number;
  refused: number;
}

/** Throws MailError when it concerns everything through this server. */
async function mailTo(post: Post, session: MailSession, userId: string): Promise<void> {
  const { permit, publicUrl, fromAddress } = post;
  const claimed = await write(permit, (tx) => claim(tx, userId));
  if (!claimed) return;
  const { person, told } = claimed;
  try {
    await session.send({ from: fromAddress, to: person.email, ...compose(told, person, publicUrl) });
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    await write(permit, (tx) => (error.outcome === "unknown" ? settle(tx, claimed, "unknown") : release(tx, claimed)));
    post.refused += 1;
    if (error.concerns === "server") throw error;
    return;
  }
  await markSent(permit, claimed);
  post.sent += 1;
}

async function markSent(permit: Permit<"site.manage">, claimed: Claim): Promise<void> {
  await write(permit, async (tx) => {
    await settle(tx, claimed, "sent");
    await tx.$executeRaw`UPDATE "MailSettings"
      SET "sentAt" = clock_timestamp(), troubles = 0, trouble = NULL, "retryAt" = NULL`;
  });
}

/** Tried again after 5 minutes, then twice as long each time, up to 6 hours. */
async function noteTrouble(permit: Permit<"site.manage">, trouble: string): Promise<string> {
  await write(
    permit,
    (tx) => tx.$executeRaw`UPDATE "MailSettings" SET trouble = ${trouble}, troubles = troubles + 1,
      "retryAt" = clock_timestamp() + least(interval '6 hours', interval '5 minutes' * (2 ^ least(troubles, 10)))`,
  );
  return "The mail server could not be used; it is tried again later.";
}

/** What is told is its own record; there is nothing to audit. */
async function write<T>(permit: Permit<"site.manage">, work: (tx: Tx) => Promise<T>): Promise<T> {
  return await change(permit, async (tx) => ({ value: await work(tx), audit: null }));
}

function withWords({ message, serverSaid }: MailError): string {
  return serverSaid === null ? message : `${message} It said: “${serverSaid}”`;
}

function summary({ sent, refused }: Post): string {
  const mails = (count: number) => `${count} ${count === 1 ? "mail" : "mails"}`;
  return `Sent ${mails(sent)}${refused === 0 ? "" : `, ${mails(refused)} refused`}.`;
}
