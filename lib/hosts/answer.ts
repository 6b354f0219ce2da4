import type { Secret } from "../secret";

/** An answer of a code host as its adapter reads it, whatever its status, and what a request says who it is with. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** Parsed, or undefined where the answer is not JSON. */
  json: unknown;
  /** What an answer that is not JSON says. */
  text: string;
}

export async function readAnswer(response: Response): Promise<Answer> {
  // A byte order mark precedes some of Azure's JSON; text() leaves it out.
  const text = await response.text();
  const isJson = /^application\/json\b/i.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    json: isJson ? parseJson(text) : undefined,
    text,
  };
}

/** Undefined: not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function bearer(token: Secret): string {
  return `Bearer ${token.reveal()}`;
}

export function basic(username: string, password: Secret): string {
  return `Basic ${Buffer.from(`${username}:${password.reveal()}`).toString("base64")}`;
}

/** A header can carry it. Anything else would be quoted in the error of whoever refuses to send it. */
export function isSendable(token: Secret): boolean {
  return /^[\x21-\x7e]+$/.test(token.reveal());
}
