import type { Connection, Entered } from "../adapter";
import { apiOrigin } from "./base-url";

/**
 * Requests to Bitbucket's API over the guarded transport, each sent once. An API token goes as the password of its
 * account's e-mail address, an access token as Bearer: either sent the other way is refused by Bitbucket.
 */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** Parsed, or undefined where the answer is not JSON. */
  json: unknown;
  text: string;
}

export async function ask(
  host: Connection,
  authorization: string | null,
  path: string,
  init: { method?: "GET" | "POST" | "DELETE"; body?: unknown } = {},
): Promise<Answer> {
  const { method = "GET", body } = init;
  const response = await host.transport.fetch(`${apiOrigin(host.baseUrl)}/2.0${path}`, {
    method,
    headers: {
      accept: "application/json",
      ...(authorization !== null && { authorization }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /^application\/json\b/i.test(response.headers.get("content-type") ?? "");
  const headers = Object.fromEntries(response.headers);
  return { status: response.status, headers, json: isJson ? parse(text) : undefined, text };
}

/** Null where something is missing, or cannot be sent: a sentence for that is the caller's. */
export function authorize({ type, token, fields }: Entered): string | null {
  const raw = token.reveal();
  if (!/^[\x21-\x7e]+$/.test(raw)) return null;
  if (type !== "api-token" && type !== "app-password") return `Bearer ${raw}`;
  const email = fields.email ?? "";
  return email === "" || email.includes(":") ? null : `Basic ${Buffer.from(`${email}:${raw}`).toString("base64")}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
