import { z } from "zod";
import type { Owner } from "../authz";
import { cleanToken } from "../hosts/recognise";
import { parse } from "../input";
import { ok, type Result } from "../result";
import { Secret } from "../secret";

/**
 * What the screens may send, as strings only: an unknown field, a wrong type, a NUL or a control character is refused
 * with a sentence, and no sentence quotes what was sent. The token becomes a Secret here.
 */
export const TOKEN_MAX_LENGTH = 4096;

const id = z.uuid();
/** "me", "site", or the id of a user. */
const owner = z.union([z.literal("me"), z.literal("site"), id]);
const tooLong = "This is too long to be a token. Copy it again from the code host.";
/** Cleaned as the browser does on pasting, for whoever sends without one. */
const token = z
  .string("Paste the token here.")
  .max(2 * TOKEN_MAX_LENGTH, tooLong)
  .transform((text) => cleanToken(text).cleaned)
  .pipe(
    z
      .string()
      .min(1, "Paste the token here.")
      .max(TOKEN_MAX_LENGTH, tooLong)
      .regex(
        /^[\x21-\x7e]+$/,
        "A token has no spaces, line breaks or special characters. Copy it again from the code host.",
      ),
  );
const repository = z
  .string()
  .trim()
  .max(300, "This is too long to be a repository.")
  .regex(/^(?!.*(^|\/)\.{1,2}(\/|$))[\w.-]+(\/[\w.-]+)+$/, "Name the repository like owner/name.")
  .or(z.literal(""))
  .optional();

export const confirmations = ["missing-scopes", "unchecked", "other-account"] as const;
export type Confirmation = (typeof confirmations)[number];

const confirm = z
  .string()
  .max(100)
  .default("")
  .transform((text) => text.split(",").filter(Boolean))
  .pipe(z.array(z.enum(confirmations)));

export const storeInput = z.strictObject({
  owner,
  codeHostId: id,
  /** Given: replace this one. */
  credentialId: id.optional(),
  token,
  repository,
  confirm,
});

export const pointInput = z.strictObject({ owner, credentialId: id });

export interface StoreInput {
  owner: Owner;
  codeHostId: string;
  credentialId: string | null;
  token: Secret;
  repository: string | null;
  confirm: readonly Confirmation[];
}

export function parseStoreInput(raw: unknown, actorId: string): Result<StoreInput> {
  const parsed = parse(storeInput, raw);
  if (!parsed.ok) return parsed;
  const value = parsed.value;
  return ok({
    owner: parseOwner(value.owner, actorId),
    codeHostId: value.codeHostId,
    credentialId: value.credentialId ?? null,
    token: new Secret(value.token),
    repository: value.repository || null,
    confirm: value.confirm,
  });
}

export function parsePoint(raw: unknown, actorId: string): Result<{ owner: Owner; credentialId: string }> {
  const parsed = parse(pointInput, raw);
  if (!parsed.ok) return parsed;
  return ok({ owner: parseOwner(parsed.value.owner, actorId), credentialId: parsed.value.credentialId });
}

export function parseOwner(text: string, actorId: string): Owner {
  return text === "site" ? { type: "site" } : { type: "user", id: text === "me" ? actorId : text };
}
