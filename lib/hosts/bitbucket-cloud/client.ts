import type { Connection, Entered } from "../adapter";
import { type Answer, basic, bearer, isSendable, readAnswer } from "../answer";
import { apiOrigin } from "./base-url";

/**
 * Requests to Bitbucket's API over the guarded transport, each sent once. An API token goes as the password of its
 * account's e-mail address, an access token as Bearer: either sent the other way is refused by Bitbucket.
 */

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
  return readAnswer(response);
}

/** Null where something is missing, or cannot be sent: a sentence for that is the caller's. */
export function authorize({ type, token, fields }: Entered): string | null {
  if (!isSendable(token)) return null;
  if (type !== "api-token" && type !== "app-password") return bearer(token);
  const email = fields.email ?? "";
  return email === "" || email.includes(":") ? null : basic(email, token);
}
