import { z } from "zod";
import type { Secret } from "../../secret";
import type { AddedSshKey, Connection, Entered, HostSshKey, Refusal, SshKeyApi, SshKeyList, SshUse } from "../adapter";
import { type Answer, isSendable } from "../answer";
import { parsePublicKey } from "../ssh/public-key";
import { keysPerPage, openClient, type UsageType } from "./client";
import { isFromApi, refuse, refuseThrown } from "./refusals";

/**
 * GitLab's API for an account's SSH keys (doc/api/user_keys.md). There is one list, each key in it says what it is for,
 * and GitLab neither takes a key twice nor changes its use later. So a key for git may sign as well, as is GitLab's own
 * default: whoever signs with the same key need not take it away first.
 */

const usageTypes: Record<SshUse, UsageType> = { git: "auth_and_signing", signing: "signing" };

/** Before 15.7 keys have no usage, and are all for git. */
const servedBy: Record<SshUse, readonly string[]> = {
  git: ["auth", "auth_and_signing"],
  signing: ["signing", "auth_and_signing"],
};

interface Question {
  host: Connection;
  token: Secret;
  client: ReturnType<typeof openClient>;
}

export const gitlabKeys: SshKeyApi = {
  needs: ["api"],
  /** Their account is a bot that ends with the token; GitLab documents no keys for it. */
  notFor: ["project", "group"],
  list: (host, entered, _account, use) => answer(host, entered, (question) => listKeys(question, use)),
  add: (host, entered, _account, { publicKey, title, use }) =>
    answer(host, entered, (question) => addKey(question, publicKey, title, use)),
  remove: (host, entered, _account, id) => answer(host, entered, (question) => removeKey(question, id)),
};

async function answer<Answered>(
  host: Connection,
  { token }: Entered,
  read: (question: Question) => Promise<Answered>,
): Promise<Answered | Refusal> {
  if (!isSendable(token)) {
    return unexpected("A GitLab token holds no spaces and no special characters. Copy it again.");
  }
  try {
    return await read({ host, token, client: openClient(host, token) });
  } catch (error) {
    return refuseThrown(error, host.baseUrl);
  }
}

const rowShape = z.object({
  id: z.int().positive(),
  key: z.string().max(20_000),
  usage_type: z.string().max(100).default("auth"),
});

const mostPages = 10;

interface Row extends HostSshKey {
  usageType: string;
}

async function listKeys(question: Question, use: SshUse): Promise<SshKeyList> {
  const all = await listAll(question);
  if (!all.ok) return all;
  const fitting = all.rows.filter(({ usageType }) => servedBy[use].includes(usageType));
  return { ok: true, keys: fitting.map(({ id, fingerprint, user }) => ({ id, fingerprint, user })) };
}

async function listAll(question: Question): Promise<{ ok: true; rows: Row[] } | Refusal> {
  const rows: Row[] = [];
  for (let page = 1; page <= mostPages; page++) {
    const answered = await question.client.keys(page);
    const listed = answered.status === 200 ? z.array(z.unknown()).safeParse(answered.json) : null;
    if (!listed?.success) return refused(question, answered, "list");
    for (const row of listed.data) {
      const parsed = rowShape.safeParse(row);
      const key = parsed.success ? parsePublicKey(parsed.data.key) : null;
      if (!parsed.success || !key) continue;
      const { id, usage_type: usageType } = parsed.data;
      rows.push({ id: String(id), fingerprint: key.fingerprint, user: null, usageType });
    }
    if (listed.data.length < keysPerPage) break;
  }
  return { ok: true, rows };
}

async function addKey(question: Question, publicKey: string, title: string, use: SshUse): Promise<AddedSshKey> {
  const answered = await question.client.addKey(title, publicKey, usageTypes[use]);
  if (answered.status === 400) return readInvalid(question, answered, publicKey, use);
  const made = answered.status === 201 ? rowShape.omit({ key: true }).safeParse(answered.json) : null;
  if (!made?.success) return refused(question, answered, "add");
  const id = String(made.data.id);
  if (servedBy[use].includes(made.data.usage_type)) return { ok: true, id, user: null };
  // An older server has overheard what the key is for, and would now let it in.
  const removed = await removeKey(question, id);
  return removed.ok ? unexpected("This GitLab knows no keys for signing: they came with GitLab 15.7.") : removed;
}

const invalidShape = z.object({ message: z.union([z.string(), z.record(z.string(), z.unknown())]) });

async function readInvalid(question: Question, answered: Answer, publicKey: string, use: SshUse): Promise<AddedSshKey> {
  const refusal = refused(question, answered, "add");
  const parsed = invalidShape.safeParse(answered.json);
  const said = parsed.success ? parsed.data.message : "";
  const texts = typeof said === "string" ? [said] : Object.entries(said).map((row) => JSON.stringify(row));
  const taken = texts.filter((text) => /(key|fingerprint).*has already been taken/i.test(text));
  if (taken.length === 0) {
    if (!parsed.success) return refusal;
    const message = "GitLab does not take this key. Ask its administrator which kinds of keys are allowed.";
    return { ...refusal, message };
  }
  const isDeployKey = taken.some((text) => /deploy_?key/i.test(text));
  const message = isDeployKey ? takenByProject : explainDuplicate(await findOwn(question, publicKey), use);
  return { ok: false, reason: "duplicate", message, hostSaid: refusal.hostSaid };
}

const takenByProject = "A project on this GitLab has this key as its deploy key. Make a new one.";

/** The account's own row of this key; "elsewhere" when it has none; null when that could not be asked. */
async function findOwn(question: Question, publicKey: string): Promise<Row | "elsewhere" | null> {
  const all = await listAll(question).catch(() => null);
  if (!all?.ok) return null;
  const fingerprint = parsePublicKey(publicKey)?.fingerprint;
  return all.rows.find((row) => row.fingerprint === fingerprint) ?? "elsewhere";
}

function explainDuplicate(own: Row | "elsewhere" | null, use: SshUse): string {
  if (own === null)
    return "This GitLab has this key already, for this account or another. Look there, or make a new one.";
  if (own === "elsewhere") return "Another account on this GitLab has this key already. Make a new one.";
  if (servedBy[use].includes(own.usageType)) return "This key is among the account's SSH keys already.";
  const other = use === "git" ? "signing only" : "authentication only";
  return `This key is among the account's SSH keys already, for ${other}. Remove it there and add it again.`;
}

async function removeKey(question: Question, id: string): Promise<{ ok: true } | Refusal> {
  if (!/^[1-9]\d{0,14}$/.test(id)) {
    return unexpected("This is not a number that GitLab gives keys. Remove the key by hand.");
  }
  const answered = await question.client.removeKey(id);
  if (answered.status === 204) return { ok: true };
  return isGone(answered) ? { ok: true } : refused(question, answered, "remove");
}

/** GitLab answers 403 to a token that may not; a 404 of the API's own is about the key. */
function isGone(answered: Answer): boolean {
  const parsed = z.object({ message: z.string() }).safeParse(answered.json);
  return (
    answered.status === 404 && isFromApi(answered) && parsed.success && /^404 Key Not Found$/i.test(parsed.data.message)
  );
}

function refused({ host, token }: Question, answered: Answer, deed: "list" | "add" | "remove"): Refusal {
  const refusal = refuse(answered, { baseUrl: host.baseUrl, token });
  if (refusal.reason !== "insufficient-scope") return refusal;
  const byHand = deed === "list" ? "" : `, or ${deed} the key by hand`;
  const scope = deed === "list" ? "read_user" : "api";
  return { ...refusal, message: `The token may not ${deed} SSH keys. Use one with the scope ${scope}${byHand}.` };
}

function unexpected(message: string): Refusal {
  return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
}
