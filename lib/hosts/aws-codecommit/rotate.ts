import { z } from "zod";
import { Secret } from "../../secret";
import type { Account, Connection, Entered, FailedRotation, RotateSupport, Settled, Successor } from "../adapter";
import { keysPage } from "./base-url";
import { type Answer, type Client, noAnswer, openClient } from "./client";
import { isUnknownKey } from "./codes";
import { findUnsendable, isTemporary, quote, refuse, refuseThrown } from "./refusals";

/**
 * A second access key beside the first, made with the first. A user may have two, inactive ones counted (409 from the
 * third on), so the place must be free. A new key is unknown to AWS itself for some seconds. After a lost answer a key
 * may be there whose secret nobody has: it is found by its date and deleted, unless something has used it.
 */
export const awsRotation: RotateSupport = { overlaps: true, refusal, successor, settle };

function refusal(_baseUrl: string, credential: Pick<Entered, "type" | "fields">): string | null {
  if (isTemporary(credential)) return "A temporary key ends by itself within hours, and has no successor.";
  return null;
}

const accessKeys = z.object({
  AccessKeyMetadata: z.array(
    z.object({ AccessKeyId: z.string().regex(/^\w{16,128}$/), Status: z.string(), CreateDate: z.date() }),
  ),
});

const created = z.object({
  AccessKey: z.object({
    AccessKeyId: z.string().regex(/^AKIA[A-Z0-9]{12,124}$/),
    SecretAccessKey: z.string().regex(/^[\x21-\x7e]{16,256}$/),
  }),
});

async function successor(
  host: Connection,
  entered: Entered,
  _account: Account | null,
): Promise<Successor | FailedRotation> {
  const unsendable = findUnsendable(entered);
  if (unsendable) return { ...unsendable, isUnchanged: true };
  const client = openClient(host, entered);
  const full = await findNoRoom(client, entered);
  if (full) return full;
  let answer: Awaited<ReturnType<Client["createAccessKey"]>>;
  try {
    answer = await client.createAccessKey();
  } catch (error) {
    return { ...refuseThrown(error, client.place), isUnchanged: false };
  }
  if (answer.kind !== "answered") return refuseCreation(answer, client, entered);
  const told = created.safeParse(answer.output);
  // Its raw form may hold a secret, and is not looked at.
  if (!told.success) return { ...refuse({ kind: "unintelligible", raw: noAnswer }, client.place, entered), ...open };
  const { AccessKeyId: accessKeyId, SecretAccessKey } = told.data.AccessKey;
  return {
    ok: true,
    entered: { type: "access-key", token: new Secret(SecretAccessKey), fields: { accessKeyId }, secrets: {} },
    prefix: "",
    expiry: { known: true, at: null },
  };
}

const open = { isUnchanged: false } as const;

/** Null: there is room for a second key. */
async function findNoRoom(client: Client, entered: Entered): Promise<FailedRotation | null> {
  try {
    const answer = await client.accessKeys();
    if (answer.kind !== "answered") {
      return { ...explain(refuse(answer, client.place, entered), "iam:ListAccessKeys"), isUnchanged: true };
    }
    const told = accessKeys.safeParse(answer.output);
    if (!told.success) {
      return { ...refuse({ kind: "unintelligible", raw: noAnswer }, client.place, entered), isUnchanged: true };
    }
    const others = told.data.AccessKeyMetadata.filter(({ AccessKeyId: id }) => id !== entered.fields.accessKeyId);
    const [other] = others;
    return other ? refuseThird(client, `${other.AccessKeyId} (${other.Status.toLowerCase()})`) : null;
  } catch (error) {
    return { ...refuseThrown(error, client.place), isUnchanged: true };
  }
}

function refuseThird(client: Client, other: string): FailedRotation {
  return {
    ok: false,
    reason: "blocked",
    message: `The user of this key has two keys already, and AWS allows no third. Delete the other one, ${other}, when nothing uses it, then rotate this one.`,
    hostSaid: null,
    url: keysPage(client.place),
    retryAt: null,
    isUnchanged: true,
  };
}

function refuseCreation(
  answer: Exclude<Answer<unknown>, { kind: "answered" }>,
  client: Client,
  entered: Entered,
): FailedRotation {
  const refused = refuse(answer, client.place, entered);
  // A server's error, or something that is not AWS's, may have come after the key was made.
  if (answer.kind !== "refused" || answer.raw.status >= 500) return { ...refused, ...open };
  if (/^LimitExceeded/.test(answer.code)) return refuseThird(client, "which was made just now");
  return { ...explain(refused, "iam:CreateAccessKey"), isUnchanged: true };
}

function explain<Refused extends ReturnType<typeof refuse>>(refused: Refused, permission: string): Refused {
  if (refused.reason !== "insufficient-scope") return refused;
  const message = `This key may not renew itself. Allow its user ${permission} on itself, or make a key in the console.`;
  return { ...refused, message };
}

/** What AWS's clock and ours may differ: more, and AWS refuses what we sign. */
const skewMs = 5 * 60_000;

async function settle(host: Connection, entered: Entered, _account: Account | null, since: Date): Promise<Settled> {
  const client = openClient(host, entered);
  try {
    const answer = await client.accessKeys();
    const told = answer.kind === "answered" ? accessKeys.safeParse(answer.output) : null;
    if (answer.kind !== "answered" || !told?.success) {
      const refused = answer.kind === "answered" ? null : refuse(answer, client.place, entered);
      const isDead = isUnknownKey(answer);
      const message = isDead
        ? "AWS does not know this key any more. Make a new one and replace it."
        : "AWS did not tell which keys there are.";
      return { state: isDead ? "lost" : "unclear", message, hostSaid: refused?.hostSaid ?? null };
    }
    const orphans = told.data.AccessKeyMetadata.filter(
      ({ AccessKeyId: id, CreateDate: at }) =>
        id !== entered.fields.accessKeyId && at.getTime() >= since.getTime() - skewMs,
    );
    const [orphan] = orphans;
    if (!orphan) return { state: "unchanged", message: "AWS made no new key. The old one works.", hostSaid: null };
    return await removeOrphan(client, entered, orphan.AccessKeyId);
  } catch (error) {
    return { state: "unclear", message: refuseThrown(error, client.place).message, hostSaid: null };
  }
}

const lastUse = z.object({ AccessKeyLastUsed: z.object({ ServiceName: z.string() }) });

/** Nobody has its secret, so that nothing has used it: one that was used, or may have been, is left alone. */
async function removeOrphan(client: Client, entered: Entered, keyId: string): Promise<Settled> {
  const used = await client.lastUsed(keyId);
  const told = used.kind === "answered" ? lastUse.safeParse(used.output) : null;
  const isUnused = told?.success === true && told.data.AccessKeyLastUsed.ServiceName === "N/A";
  const gone = isUnused ? await client.deleteAccessKey(keyId) : null;
  if (gone?.kind === "answered" || (gone?.kind === "refused" && /^NoSuchEntity/.test(gone.code))) {
    const message = `AWS made the key ${keyId}, but its answer was lost, so nobody has its secret. That key is deleted again; the old one works.`;
    return { state: "unchanged", message, hostSaid: null };
  }
  const message = told?.success
    ? isUnused
      ? `AWS made the key ${keyId}, but its answer was lost. Delete that key in the console; the old one works.`
      : `The old key works. There is a second one, ${keyId}, which something uses: look whose it is.`
    : `The old key works. AWS has a second one, ${keyId}, and does not tell whether anything uses it. If nobody knows it, delete it in the console.`;
  return { state: "unchanged", message, hostSaid: gone?.kind === "refused" ? quote(gone.message, entered) : null };
}
