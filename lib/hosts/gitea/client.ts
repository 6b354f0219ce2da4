import type { Secret } from "../../secret";
import type { Connection } from "../adapter";
import { type Answer, basic, parseJson, readAnswer } from "../answer";
import { trimSlash } from "./base-url";

/**
 * The API over the guarded transport: each request is sent once, and an answer of any status comes back as a value. The
 * token goes into the Authorization header and nowhere else: in the address it is deprecated, and would be logged.
 */

/** A path below /api/v1, asked with a token or, with null, as a stranger. */
export async function callApi(
  host: Connection,
  token: Secret | null,
  path: string,
  request: { method: "POST"; body: object } | { method: "DELETE" } | { method: "GET" } = { method: "GET" },
): Promise<Answer> {
  const headers: Record<string, string> = { accept: "application/json" };
  // Taken by every release; Bearer only since 1.8.
  if (token) headers.authorization = `token ${token.reveal()}`;
  const init: RequestInit = { method: request.method, headers };
  if (request.method === "POST") {
    headers["content-type"] = "application/json";
    init.body = JSON.stringify(request.body);
  }
  return readAnswer(await host.transport.fetch(`${trimSlash(host.baseUrl)}/api/v1${path}`, init));
}

/** Git's list of references, as a push or a pull begins. Any user name goes with a token as the password. */
export async function callGit(host: Connection, token: Secret, repository: string, service: string): Promise<Answer> {
  const authorization = basic(gitUsername, token);
  // Protocol 2 lists nothing until asked, so that a large repository answers in a few lines.
  const headers = { authorization, "git-protocol": "version=2" };
  const url = `${trimSlash(host.baseUrl)}/${repository}.git/info/refs?service=${service}`;
  return readAnswer(await host.transport.fetch(url, { headers }));
}

export const gitUsername = "token";

/** OAuth's tokens are JSON Web Tokens, and end; access tokens are 40 hexadecimal digits. Null: not one. */
export function readJwtEnd(token: Secret): { at: Date | null } | null {
  const payload = /^eyJ[\w-]*\.([\w-]+)\.[\w-]+$/.exec(token.reveal())?.[1];
  if (payload === undefined) return null;
  const body = parseJson(Buffer.from(payload, "base64url").toString("utf8"));
  const exp = typeof body === "object" && body !== null ? (body as { exp?: unknown }).exp : null;
  return { at: typeof exp === "number" && exp > 0 && exp < 1e11 ? new Date(exp * 1000) : null };
}
