import type { Connection, Entered } from "../adapter";
import { trimSlash } from "./base-url";

/**
 * Gerrit's REST API over the guarded transport. There is no client library for Node that is kept up; the API is plain
 * JSON behind a line that browsers choke on. Each request is sent once. The password goes into the Authorization header
 * and nowhere else.
 */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** Parsed, where the answer is Gerrit's JSON with its prefix; else undefined. */
  json: unknown;
  text: string;
}

export interface Credentials {
  username: string;
  /** Value of the Authorization header. */
  authorization: string;
}

/** Null: there is nothing to authenticate with. Basic in UTF-8, as ProjectBasicAuthFilter reads it. */
export function readCredentials(entered: Entered): Credentials | null {
  const username = entered.fields.username ?? "";
  const password = entered.token.reveal();
  if (username === "" || password === "" || username.includes(":")) return null;
  return { username, authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}

/** @param path below the base URL, escaped; authenticated ones begin with /a/ */
export async function get(
  host: Connection,
  path: string,
  credentials: Credentials | null,
  extra: Record<string, string> = {},
): Promise<Answer> {
  return send(host, "GET", path, credentials, { headers: { accept: "application/json", ...extra } });
}

export async function send(
  host: Connection,
  method: "GET" | "POST" | "DELETE",
  path: string,
  credentials: Credentials | null,
  { headers, body }: { headers: Record<string, string>; body?: string },
): Promise<Answer> {
  const response = await host.transport.fetch(`${trimSlash(host.baseUrl)}${path}`, {
    method,
    headers: credentials ? { ...headers, authorization: credentials.authorization } : headers,
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    json: readJson(response, text),
    text,
  };
}

/** The prefix is on every JSON answer (Documentation/rest-api.txt, "Output Format"); without it, it is not Gerrit's. */
const prefix = ")]}'\n";

function readJson(response: Response, text: string): unknown {
  if (!/^application\/json\b/i.test(response.headers.get("content-type") ?? "")) return undefined;
  const unified = text.slice(0, prefix.length + 1).replace("\r\n", "\n") + text.slice(prefix.length + 1);
  if (!unified.startsWith(prefix)) return undefined;
  try {
    return JSON.parse(unified.slice(prefix.length));
  } catch {
    return undefined;
  }
}
