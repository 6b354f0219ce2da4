import { createHash } from "node:crypto";
import type { GiteaKey, GiteaState, GiteaToken } from "./gitea-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

type Refuse = (status: number, message: string) => SimulatorResponse;

/** A user's SSH keys below /user/keys: one list for git and for signatures (routers/api/v1/user/key.go). */
export function answerKeys(
  state: GiteaState,
  request: SimulatorRequest,
  token: GiteaToken,
  { id, base, refuse }: { id: string | undefined; base: string; refuse: Refuse },
): SimulatorResponse {
  const disabled = state.options.keysDisabled;
  if (disabled && request.method !== "GET") {
    return refuse(disabled, disabled === 404 ? "Not Found" : "ssh keys setting is not allowed to be visited");
  }
  if (token.scopes.includes("public-only")) return refuse(403, "token scope is limited to public users");
  const own = state.keys.filter((row) => row.user === token.user);
  if (id !== undefined) {
    const key = own.find((row) => String(row.id) === id);
    if (!key) return refuse(404, "not found");
    if (request.method === "GET") return { status: 200, body: keyBody(key, base) };
    if (request.method !== "DELETE") return { status: 405 };
    state.keys.splice(state.keys.indexOf(key), 1);
    return { status: 204 };
  }
  if (request.method === "POST") return addKey(state, request, token, base, refuse);
  const limit = Math.min(Number(request.query.get("limit") ?? 30) || 30, state.options.maxResponseItems ?? 50);
  const from = (Math.max(Number(request.query.get("page") ?? 1), 1) - 1) * limit;
  const headers = { "x-total-count": String(own.length) };
  return { status: 200, headers, body: own.slice(from, from + limit).map((key) => keyBody(key, base)) };
}

function addKey(
  state: GiteaState,
  request: SimulatorRequest,
  token: GiteaToken,
  base: string,
  refuse: Refuse,
): SimulatorResponse {
  const { title, key: line, read_only } = parse(request.body);
  if (typeof title !== "string" || title === "") return refuse(422, "[Title]: Required");
  const content = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+) ([A-Za-z0-9+/]+={0,2})(?: .*)?$/.exec(String(line));
  if (!content) return refuse(422, "Invalid key content: no key found");
  const key = `${content[1]} ${content[2]}`;
  // Anywhere on the server, not only in this account.
  if (state.keys.some((row) => row.key === key)) return refuse(422, "Key content has been used as non-deploy key");
  if (state.keys.some((row) => row.user === token.user && row.title === title)) {
    return refuse(422, "Key title has been used");
  }
  const id = Math.max(0, ...state.keys.map((row) => row.id)) + 1;
  const added = { id, user: token.user, title, key, readOnly: read_only === true, createdAt: new Date().toISOString() };
  state.keys.push(added);
  return { status: 201, body: keyBody(added, base) };
}

function parse(body: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function keyBody(row: GiteaKey, base: string): object {
  const blob = Buffer.from(row.key.split(" ")[1] ?? "", "base64");
  return {
    id: row.id,
    key: row.key,
    url: `${base}/api/v1/user/keys/${row.id}`,
    title: row.title,
    fingerprint: `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`,
    created_at: row.createdAt,
    read_only: row.readOnly,
    key_type: "user",
  };
}
