import { z } from "zod";
import type { Owner } from "../authz";
import { parse } from "../input";
import { ok, type Result } from "../result";
import { Secret } from "../secret";

/**
 * What the screens may send, as strings only: an unknown field, a wrong type, a NUL or a control character is refused
 * with a sentence, and no sentence quotes what was sent. The token becomes a Secret here.
 */
export const TOKEN_MAX_LENGTH = 4096;

const id = z.uuid();
/** "me", "site", "team:" and the id of a team, or the id of a user. */
const owner = z.union([z.literal("me"), z.literal("site"), id, z.templateLiteral(["team:", id])]);
const tooLong = "This is too long to be a token. Copy it again from the code host.";
/** What it may hold depends on its type: lib/credentials/entered.ts. */
const token = z
  .string("Paste the token here.")
  .min(1, "Paste the token here.")
  .max(2 * TOKEN_MAX_LENGTH, tooLong)
  .regex(/^[^\0]*$/, "A token has no special characters. Copy it again from the code host.");
const fieldId = z.string().regex(/^[A-Za-z]{1,40}$/);
const fields = z.record(fieldId, z.string().max(2 * TOKEN_MAX_LENGTH, tooLong)).default({});
const repository = z
  .string()
  .trim()
  .max(300, "This is too long to be a repository.")
  .regex(
    /^(?!.*(^|\/)\.{1,2}(\/|$))[\w.~-][\w.~ -]*(\/[\w.~ -]+)*$/,
    "Name the repository as the example does, without its address.",
  )
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
  /** Id of the credential type that was chosen. */
  type: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .optional(),
  token,
  /** What the type asks for besides, by field id. */
  fields,
  repository,
  confirm,
});

export const pointInput = z.strictObject({ owner, credentialId: id });

export interface StoreInput {
  owner: Owner;
  codeHostId: string;
  credentialId: string | null;
  /** Null: as the token shows. */
  type: string | null;
  token: Secret;
  /** Secret until the type says which are not. */
  fields: Readonly<Record<string, Secret>>;
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
    type: value.type ?? null,
    token: new Secret(value.token),
    fields: Object.fromEntries(Object.entries(value.fields).map(([key, text]) => [key, new Secret(text)])),
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
  if (text === "site") return { type: "site" };
  if (text.startsWith("team:")) return { type: "team", id: text.slice("team:".length) };
  return { type: "user", id: text === "me" ? actorId : text };
}
