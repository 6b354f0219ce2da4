import { z } from "zod";
import type { Secret } from "../../secret";
import type { AddedSshKey, Connection, Entered, HostSshKey, Refusal, SshKeyApi, SshKeyList, SshUse } from "../adapter";
import { quoteHost } from "../host-said";
import { asRefusal } from "../http";
import { parsePublicKey } from "../ssh/public-key";
import { type Answer, type Ask, openClient } from "./client";
import { readRefusal } from "./refusals";

/**
 * GitHub's API for an account's SSH keys. A key is called a duplicate only when GitHub says that it is in use, and gone
 * only when that is certain: GitHub answers 404 also to tokens that may not look.
 */

interface KeyList {
  path: string;
  /** Of the scopes read:…, write:… and admin:…. */
  family: string;
  /** What a fine-grained token needs, as GitHub's page names it. */
  permission: string;
  /** "The token may not add …" */
  name: string;
}

const lists: Record<SshUse, KeyList> = {
  git: { path: "/user/keys", family: "public_key", permission: "Git SSH keys", name: "SSH keys" },
  signing: {
    path: "/user/ssh_signing_keys",
    family: "ssh_signing_key",
    permission: "SSH signing keys",
    name: "SSH signing keys",
  },
};

type Deed = "list" | "add" | "remove";

/** Any one of them suffices: the operations' descriptions in GitHub's OpenAPI. The least comes first. */
const levels: Record<Deed, readonly string[]> = {
  list: ["read", "write", "admin"],
  add: ["write", "admin"],
  remove: ["admin"],
};

interface Question {
  host: Connection;
  token: Secret;
  ask: Ask;
  list: KeyList;
}

export const githubKeys: SshKeyApi = {
  needs: ["write:public_key", "admin:public_key"],
  needsForSigning: ["write:ssh_signing_key", "admin:ssh_signing_key"],
  notFor: ["installation", "refresh"],
  list: (host, entered, _account, use) => answer(host, entered, use, listKeys),
  add: (host, entered, _account, key) =>
    answer(host, entered, key.use, (question) => addKey(question, key.publicKey, key.title)),
  remove: (host, entered, _account, id, use) => answer(host, entered, use, (question) => removeKey(question, id)),
};

async function answer<Answered>(
  host: Connection,
  { token }: Entered,
  use: SshUse,
  read: (question: Question) => Promise<Answered>,
): Promise<Answered | Refusal> {
  try {
    return await read({ host, token, ask: openClient(host, token), list: lists[use] });
  } catch (error) {
    return asRefusal(error, "GitHub");
  }
}

const rowShape = z.object({ id: z.int().positive(), key: z.string().max(20_000) });
const pageSize = 100;
const mostPages = 10;

async function listKeys(question: Question): Promise<SshKeyList> {
  const keys: HostSshKey[] = [];
  for (let page = 1; page <= mostPages; page++) {
    const answered = await question.ask(`${question.list.path}?per_page=${pageSize}&page=${page}`);
    if (answered.status !== 200) return refuse(question, answered, "list");
    const rows = z.array(z.unknown()).safeParse(answered.data);
    if (!rows.success) return readRefusal({ ...answered, data: null }, question.host.baseUrl, question.token);
    for (const row of rows.data) {
      const parsed = rowShape.safeParse(row);
      const key = parsed.success ? parsePublicKey(parsed.data.key) : null;
      if (parsed.success && key) keys.push({ id: String(parsed.data.id), fingerprint: key.fingerprint, user: null });
    }
    if (rows.data.length < pageSize) break;
  }
  return { ok: true, keys };
}

async function addKey(question: Question, publicKey: string, title: string): Promise<AddedSshKey> {
  const { ask, host, list, token } = question;
  const answered = await ask(list.path, { method: "POST", body: { title, key: publicKey } });
  if (answered.status === 422) return readInvalid(question, answered, publicKey);
  if (answered.status !== 201) return refuse(question, answered, "add");
  const parsed = rowShape.pick({ id: true }).safeParse(answered.data);
  if (!parsed.success) return readRefusal({ ...answered, data: null }, host.baseUrl, token);
  return { ok: true, id: String(parsed.data.id), user: null };
}

const invalidShape = z.object({
  errors: z.array(z.object({ field: z.string().optional(), message: z.string().optional() })),
});

async function readInvalid(question: Question, answered: Answer, publicKey: string): Promise<AddedSshKey> {
  const refusal = readRefusal(answered, question.host.baseUrl, question.token);
  const parsed = invalidShape.safeParse(answered.data);
  const about = parsed.success ? parsed.data.errors.find(({ field }) => field === "key") : undefined;
  const hostSaid = quoteHost(about?.message, question.token) ?? refusal.hostSaid;
  const isSaid = /already in use/i.test(about?.message ?? "");
  // Some answers say only that there is something about the key, and GitHub reads a good key in every other respect.
  if (isSaid || (about && about.message === undefined)) {
    const own = await isOwn(question, publicKey);
    if (isSaid || own)
      return { ok: false, reason: "duplicate", message: explainDuplicate(question.list, own), hostSaid };
  }
  const message = about?.message
    ? "GitHub does not take this key. Make a new one."
    : "GitHub does not take this key. It may belong to another account: make a new one.";
  return { ...refusal, reason: "unexpected", message, hostSaid };
}

/** Null: it could not be asked. */
async function isOwn(question: Question, publicKey: string): Promise<boolean | null> {
  const listed = await listKeys(question).catch(() => null);
  if (!listed?.ok) return null;
  const fingerprint = parsePublicKey(publicKey)?.fingerprint;
  return listed.keys.some((key) => key.fingerprint === fingerprint);
}

function explainDuplicate({ name }: KeyList, own: boolean | null): string {
  if (own) return `This key is among the account's ${name} already.`;
  const elsewhere = "another account, or a repository as its deploy key";
  if (own === null)
    return `GitHub has this key already, for this account, ${elsewhere}. Look there, or make a new one.`;
  return `GitHub has this key already, for ${elsewhere}. Make a new one.`;
}

async function removeKey(question: Question, id: string): Promise<{ ok: true } | Refusal> {
  const { ask, list } = question;
  if (!/^\d{1,20}$/.test(id)) {
    const message = "This is not a number that GitHub gives keys. Remove the key by hand.";
    return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
  }
  const answered = await ask(`${list.path}/${id}`, { method: "DELETE" });
  if (answered.status === 204) return { ok: true };
  const refusal = refuse(question, answered, "remove");
  if (answered.status !== 404 || answered.data === null || isWithoutScope(answered, list, "remove")) return refusal;
  const listed = await listKeys(question);
  if (!listed.ok) return listed.reason === "insufficient-scope" ? lacking(question, answered, "remove") : listed;
  return listed.keys.some((key) => key.id === id) ? lacking(question, answered, "remove") : { ok: true };
}

/** A classic token that lacks the scope is told 404, a fine-grained one 403 or 404. */
function refuse(question: Question, answered: Answer, deed: Deed): Refusal {
  const { host, list, token } = question;
  const refusal = readRefusal(answered, host.baseUrl, token);
  const isHidden = answered.status === 404 && refusal.hostSaid !== null;
  const tellsScopes = answered.headers["x-oauth-scopes"] !== undefined;
  if (refusal.reason === "insufficient-scope") return lacking(question, answered, deed);
  if (!isHidden) return refusal;
  if (!tellsScopes || isWithoutScope(answered, list, deed)) return lacking(question, answered, deed);
  const message = `This GitHub has no API for ${list.name}. ${deed === "remove" ? "Remove" : "Add"} the key by hand.`;
  return { ...refusal, reason: "unexpected", message };
}

/** The token tells its scopes, and none of them is enough. */
function isWithoutScope({ headers }: Answer, { family }: KeyList, deed: Deed): boolean {
  const held = headers["x-oauth-scopes"]?.split(",").map((scope) => scope.trim());
  return held !== undefined && !levels[deed].some((level) => held.includes(`${level}:${family}`));
}

function lacking({ host, list, token }: Question, answered: Answer, deed: Deed): Refusal {
  const tellsScopes = answered.headers["x-oauth-scopes"] !== undefined;
  const needed = tellsScopes
    ? `the scope ${levels[deed][0]}:${list.family}`
    : `the permission ${list.permission}: ${deed === "list" ? "Read-only" : "Read and write"}`;
  const byHand = deed === "list" ? "" : `, or ${deed} the key by hand`;
  const message = `The token may not ${deed} ${list.name}. Give it ${needed}${byHand}.`;
  return { ...readRefusal(answered, host.baseUrl, token), reason: "insufficient-scope", message };
}
