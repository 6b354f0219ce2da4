import { createHash } from "node:crypto";
import type { GithubState } from "./github-answers";
import type { Roots } from "./github-bodies";
import * as refusals from "./github-refusals";
import { type SimulatedToken, tellsScopes } from "./github-tokens";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * An account's two lists of SSH keys at the simulated GitHub. A key is unique over all accounts in each list; a classic
 * token without the scope is told that there is nothing (404), the other kinds that they may not (403).
 */
export interface SimulatedKey {
  id: number;
  login: string;
  list: ListName;
  /** Type and base64, without the comment: GitHub drops it. */
  key: string;
  title: string;
  createdAt: string;
}

export type ListName = "keys" | "ssh_signing_keys";

const lists: Record<ListName, { family: string; permissions: readonly string[]; resource: string }> = {
  keys: { family: "public_key", permissions: ["keys", "git_ssh_keys"], resource: "PublicKey" },
  ssh_signing_keys: {
    family: "ssh_signing_key",
    permissions: ["git_signing_ssh_public_keys"],
    resource: "GitSigningSshPublicKey",
  },
};

/** What each method takes, any one of: GitHub's descriptions of the operations. */
const levels: Record<string, readonly string[]> = {
  GET: ["admin", "read", "write"],
  POST: ["admin", "write"],
  DELETE: ["admin"],
};

/** Null: another path. */
export function answerKeys(
  state: GithubState,
  roots: Roots,
  request: SimulatorRequest,
  path: string,
  token: SimulatedToken | null,
): SimulatorResponse | null {
  const parts = /^\/user\/(keys|ssh_signing_keys)(?:\/([^/]+))?$/.exec(path);
  if (!parts) return null;
  if (!token) return refusals.requiresAuthentication();
  const name: ListName = parts[1] === "keys" ? "keys" : "ssh_signing_keys";
  const id = parts[2];
  const method = request.method === "HEAD" ? "GET" : request.method;
  if (!levels[method] || (method === "POST") !== (id === undefined && method !== "GET")) return refusals.notFound();
  const refusal = whyNot(token, name, method);
  const headers = acceptedFor(token, name, method);
  if (refusal) return { ...refusal, headers: { ...refusal.headers, ...headers } };
  const own = state.keys.filter((row) => row.login === token.login && row.list === name);
  if (method === "POST") return { headers, ...add(state, roots, request, name, token) };
  if (id === undefined) return { headers, ...listed(roots, request, own) };
  const found = own.find((row) => String(row.id) === id);
  if (!found) return { headers, ...refusals.notFound() };
  if (method === "GET") return { status: 200, headers, body: keyBody(roots, found) };
  state.keys.splice(state.keys.indexOf(found), 1);
  return { status: 204, headers };
}

function whyNot(token: SimulatedToken, name: ListName, method: string): SimulatorResponse | null {
  const { family, permissions } = lists[name];
  if (tellsScopes(token.kind)) {
    const allowing = (levels[method] ?? []).map((level) => `${level}:${family}`);
    return allowing.some((scope) => token.scopes.includes(scope)) ? null : refusals.notFound();
  }
  // Permissions of an account reach only the account's own things.
  const granted = permissions.map((permission) => token.permissions[permission]).find((level) => level !== undefined);
  const isOwn = !token.kind.startsWith("installation") && !token.isPending && token.resourceOwner === token.login;
  const suffices = isOwn && granted !== undefined && (method === "GET" || granted !== "read");
  return suffices ? null : refusals.notAccessible(token);
}

function acceptedFor(token: SimulatedToken, name: ListName, method: string): Record<string, string> {
  const { family, permissions } = lists[name];
  const scopes = (levels[method] ?? []).map((level) => `${level}:${family}`).join(", ");
  return refusals.acceptedHeader(token, scopes, `${permissions[0]}=${method === "GET" ? "read" : "write"}`);
}

function listed(roots: Roots, request: SimulatorRequest, own: readonly SimulatedKey[]): SimulatorResponse {
  const size = Math.min(100, Number(request.query.get("per_page") ?? 30) || 30);
  const page = Math.max(1, Number(request.query.get("page") ?? 1) || 1);
  const rows = own.slice((page - 1) * size, page * size);
  const next = `<${roots.api}${request.path.replace(/^\/api\/v3/, "")}?per_page=${size}&page=${page + 1}>; rel="next"`;
  return {
    status: 200,
    headers: page * size < own.length ? { Link: next } : {},
    body: rows.map((row) => keyBody(roots, row)),
  };
}

function add(
  state: GithubState,
  roots: Roots,
  request: SimulatorRequest,
  name: ListName,
  token: SimulatedToken,
): SimulatorResponse {
  const given = parse(request.body);
  if (!given) return refusals.refuse(400, "Problems parsing JSON");
  const words = typeof given.key === "string" ? given.key.trim().split(/\s+/) : [];
  const key = words.slice(0, 2).join(" ");
  const isKey = /^(ssh-(rsa|dss|ed25519)|ecdsa-sha2-nistp(256|384|521)) AAAA[\w+/]+=*$/.test(key);
  if (!isKey) return invalid(name, "key is invalid. You must supply a key in OpenSSH public key format");
  if (state.keys.some((row) => row.list === name && row.key === key)) {
    return invalid(name, state.tellsDuplicates ? "key is already in use" : null);
  }
  const title = typeof given.title === "string" && given.title !== "" ? given.title : key.slice(0, 30);
  const createdAt = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString().replace(".000Z", "Z");
  const row: SimulatedKey = { id: state.nextKeyId++, login: token.login, list: name, key, title, createdAt };
  state.keys.push(row);
  return { status: 201, headers: { Location: urlOf(roots, row) }, body: keyBody(roots, row) };
}

/** The sentence was not always sent: some recorded answers have only resource, code and field. */
function invalid(name: ListName, message: string | null): SimulatorResponse {
  const refusal = refusals.refuse(422, "Validation Failed");
  const error = { resource: lists[name].resource, code: "custom", field: "key", ...(message && { message }) };
  return { ...refusal, body: { ...(refusal.body as object), errors: [error] } };
}

function keyBody(roots: Roots, row: SimulatedKey): Record<string, unknown> {
  const body = { id: row.id, key: row.key, title: row.title, created_at: row.createdAt };
  if (row.list === "ssh_signing_keys") return body;
  return { ...body, url: urlOf(roots, row), verified: true, read_only: false, last_used: null };
}

function urlOf(roots: Roots, { list, id }: SimulatedKey): string {
  return `${roots.api}/user/${list}/${id}`;
}

function parse(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** As ssh-keygen -l prints it. */
export function fingerprintOf(key: string): string {
  const blob = Buffer.from(key.split(" ")[1] ?? "", "base64");
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}
