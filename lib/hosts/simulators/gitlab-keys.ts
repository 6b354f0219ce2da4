import { createHash } from "node:crypto";
import { guarded, isOlder } from "./gitlab-guard";
import type { GitlabState, GitlabToken, GitlabUser } from "./gitlab-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * /user/keys of the simulated GitLab (doc/api/user_keys.md, lib/api/users.rb): one list, in which each key has a usage
 * from 15.7 on. A key is unique over all users and deploy keys of the server.
 */
export interface GitlabKey {
  id: number;
  /** Null: a deploy key. */
  user: GitlabUser | null;
  title: string;
  /** Type and base64. */
  key: string;
  usageType: string;
  createdAt: string;
}

const readScopes = ["api", "read_api", "read_user"];
const usageTypes = ["auth", "signing", "auth_and_signing"];

/** @param id what follows /user/keys/; undefined: the list */
export function answerKeys(
  state: GitlabState,
  request: SimulatorRequest,
  token: GitlabToken,
  id: string | undefined,
): SimulatorResponse {
  const own = state.keys.filter((row) => row.user === token.user);
  const version = state.options.version ?? "18.5.2";
  if (request.method === "GET" && id === undefined) {
    return guarded(token, readScopes, "read_user_ssh_key", () => listed(request, own, version));
  }
  const found = own.find((row) => String(row.id) === id);
  const missing = { status: 404, body: { message: "404 Key Not Found" } };
  if (request.method === "GET") {
    return guarded(token, readScopes, "read_user_ssh_key", () => (found ? keyBody(found, version) : missing));
  }
  if (request.method === "POST" && id === undefined) {
    return guarded(token, ["api"], "create_user_ssh_key", () => add(state, request, token, version));
  }
  if (request.method === "DELETE" && id !== undefined) {
    return guarded(token, ["api"], "delete_user_ssh_key", () => {
      if (!found) return missing;
      state.keys.splice(state.keys.indexOf(found), 1);
      return { status: 204, body: undefined };
    });
  }
  return { status: 405, body: { error: "405 Not Allowed" } };
}

function listed(request: SimulatorRequest, own: readonly GitlabKey[], version: string): SimulatorResponse {
  const size = Math.min(100, Number(request.query.get("per_page") ?? 20) || 20);
  const page = Math.max(1, Number(request.query.get("page") ?? 1) || 1);
  const rows = own.slice((page - 1) * size, page * size);
  const hasMore = page * size < own.length;
  const headers = {
    "x-page": String(page),
    "x-per-page": String(size),
    "x-next-page": hasMore ? String(page + 1) : "",
  };
  return { status: 200, headers, body: rows.map((row) => keyBody(row, version)) };
}

function add(state: GitlabState, request: SimulatorRequest, token: GitlabToken, version: string): SimulatorResponse {
  const given = JSON.parse(request.body || "{}") as Record<string, unknown>;
  const absent = ["key", "title"].filter((field) => typeof given[field] !== "string");
  if (absent.length > 0)
    return { status: 400, body: { error: absent.map((field) => `${field} is missing`).join(", ") } };
  const usageType = String(given.usage_type ?? "auth_and_signing");
  const knowsUsage = !isOlder(version, 15, 7);
  if (knowsUsage && !usageTypes.includes(usageType)) {
    return { status: 400, body: { error: "usage_type does not have a valid value" } };
  }
  const key = String(given.key).trim().split(/\s+/).slice(0, 2).join(" ");
  if (!/^(ssh-\w+|ecdsa-sha2-\w+) AAAA[\w+/]+=*$/.test(key)) {
    return invalid({ fingerprint: ["cannot be generated"], key: ["is invalid"] });
  }
  if (state.options.forbiddenKeyTypes?.includes(key.split(" ")[0] ?? "")) {
    return invalid({ key: ["type is forbidden. Must be RSA or ECDSA"] });
  }
  const known = state.keys.find((row) => row.key === key);
  if (known) return invalid(duplicate(state, known));
  const row: GitlabKey = {
    id: 9001 + state.keysMade++,
    user: token.user,
    title: String(given.title),
    key,
    usageType: knowsUsage ? usageType : "auth",
    createdAt: "2026-02-03T04:05:06.789Z",
  };
  state.keys.push(row);
  return { status: 201, body: keyBody(row, version) };
}

/** The fields differ: the documentation's, and those of a server that dropped MD5 fingerprints. */
function duplicate({ options }: GitlabState, known: GitlabKey): Record<string, string[]> {
  const taken = ["has already been taken"];
  if (known.user === null) return { "deploy_key.fingerprint_sha256": taken };
  return options.duplicateKeys === "sha256" ? { fingerprint_sha256: taken } : { fingerprint: taken, key: taken };
}

function invalid(message: Record<string, string[]>): SimulatorResponse {
  return { status: 400, body: { message } };
}

/** A comment of GitLab's own follows the key. */
function keyBody(row: GitlabKey, version: string): object {
  return {
    id: row.id,
    title: row.title,
    created_at: row.createdAt,
    expires_at: null,
    key: `${row.key} ${row.user?.name} (gitlab.example.com)`,
    ...(!isOlder(version, 15, 7) && { usage_type: row.usageType }),
  };
}

/** As ssh-keygen -l prints it. */
export function fingerprintOf(key: string): string {
  const blob = Buffer.from(key.split(" ")[1] ?? "", "base64");
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}
