import type { Secret } from "../../secret";
import type { Connection } from "../adapter";
import { trimSlash } from "./base-url";

/**
 * The API over the guarded transport: each request is sent once, and an answer of any status comes back as a value. The
 * token goes into the Authorization header and nowhere else: in the address it is deprecated, and would be logged.
 */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** Parsed, or undefined where the answer is not JSON. */
  json: unknown;
  /** What an answer that is not JSON says. */
  text: string;
}

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
  return read(await host.transport.fetch(`${trimSlash(host.baseUrl)}/api/v1${path}`, init));
}

/** Git's list of references, as a push or a pull begins. Any user name goes with a token as the password. */
export async function callGit(host: Connection, token: Secret, repository: string, service: string): Promise<Answer> {
  const authorization = `Basic ${Buffer.from(`${gitUsername}:${token.reveal()}`).toString("base64")}`;
  // Protocol 2 lists nothing until asked, so that a large repository answers in a few lines.
  const headers = { authorization, "git-protocol": "version=2" };
  const url = `${trimSlash(host.baseUrl)}/${repository}.git/info/refs?service=${service}`;
  return read(await host.transport.fetch(url, { headers }));
}

export const gitUsername = "token";

/** A header can carry it. Anything else would be quoted in the error of whoever refuses to send it. */
export function isSendable(token: Secret): boolean {
  return /^[\x21-\x7e]+$/.test(token.reveal());
}

/** OAuth's tokens are JSON Web Tokens, and end; access tokens are 40 hexadecimal digits. Null: not one. */
export function readJwtEnd(token: Secret): { at: Date | null } | null {
  const payload = /^eyJ[\w-]*\.([\w-]+)\.[\w-]+$/.exec(token.reveal())?.[1];
  if (payload === undefined) return null;
  const body = parse(Buffer.from(payload, "base64url").toString("utf8"));
  const exp = typeof body === "object" && body !== null ? (body as { exp?: unknown }).exp : null;
  return { at: typeof exp === "number" && exp > 0 && exp < 1e11 ? new Date(exp * 1000) : null };
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /^application\/json\b/i.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    json: isJson ? parse(text) : undefined,
    text,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
