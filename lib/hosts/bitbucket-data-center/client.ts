import type { Connection, Entered } from "../adapter";
import { type Answer, basic, bearer, isSendable, readAnswer } from "../answer";
import { trimSlash } from "./base-url";

/**
 * Requests to Bitbucket's REST API and to Git, each sent once over the guarded transport; an answer of any status comes
 * back as a value. Tokens go as Bearer, which no CAPTCHA stops and which every kind of token has; a password as Basic.
 */

export interface Request {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Sent as JSON. */
  body?: object;
  headers?: Record<string, string>;
}

/** @param path below the base URL, beginning with a slash */
export async function ask(
  host: Connection,
  path: string,
  entered: Entered | null,
  { method = "GET", body, headers = {} }: Request = {},
): Promise<Answer> {
  const response = await host.transport.fetch(trimSlash(host.baseUrl) + path, {
    method,
    headers: {
      accept: "application/json, */*;q=0.5",
      ...(entered && { authorization: authorizationOf(entered) }),
      ...(body && { "content-type": "application/json" }),
      // Bitbucket refuses changes that a browser could be tricked into; this says that none sent it.
      ...(method !== "GET" && { "x-atlassian-token": "no-check" }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return readAnswer(response);
}

function authorizationOf({ type, token, fields }: Entered): string {
  return type === "password" ? basic(fields.username ?? "", token) : bearer(token);
}

/** What is wrong with it, when no header can carry it; Basic carries anything but a colon in the name. */
export function findUnsendable({ type, token, fields }: Entered): string | null {
  if (type === "password") {
    const name = fields.username ?? "";
    return name === "" || name.includes(":") ? "Give the user name that belongs to the password." : null;
  }
  if (isSendable(token)) return null;
  return "A Bitbucket token holds no spaces and no special characters. Copy it again.";
}
