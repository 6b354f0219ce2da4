import type { Adapter, CredentialType, Entered } from "../hosts/adapter";
import { recogniseAnywhere } from "../hosts/recognise";
import type { CodeHost } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import { open, seal } from "../seal";
import { Secret } from "../secret";
import type { StoreInput } from "./input";
import { type SealedTable, sealContext } from "./seal-context";

/**
 * What an owner entered, read as its type asks for it, offline: what is visibly for another kind of host, or cannot be
 * stored, is refused before anything is sent. Its secret parts are sealed for their row, code host and version.
 */
export interface Read {
  entered: Entered;
  /** The token's literal prefix, or "". */
  prefix: string;
}

export function readEntered(adapter: Adapter, { type: chosen, token, fields }: StoreInput): Result<Read> {
  if (chosen !== null && !adapter.credentialTypes.some(({ id }) => id === chosen)) {
    return fail("invalid-input", `${adapter.name} has no such kind of token. Reload the page and choose again.`);
  }
  const seen = recogniseAnywhere(token.reveal(), adapter.kind, chosen);
  if (seen.verdict === "wrong-host" || seen.verdict === "unusable" || seen.verdict === "refused-type") {
    const message = seen.message ?? `This is not a token of ${adapter.name}.`;
    return fail("invalid-input", message, { token: message });
  }
  const type = adapter.credentialTypes.find(({ id }) => id === seen.type);
  if (!type || type.refusal !== null) {
    const message = type?.refusal ?? `Forgepass keeps no such token of ${adapter.name}.`;
    return fail("invalid-input", message, { token: message });
  }
  const secret = new Secret(seen.cleaned);
  const read = readFields(type, fields, secret);
  if (!read.ok) return read;
  const entered = { type: type.id, token: secret, ...read.value };
  return ok({ entered, prefix: seen.recognition?.prefix ?? "" });
}

function readFields(
  { fields: asked = [] }: CredentialType,
  given: StoreInput["fields"],
  token: Secret,
): Result<Pick<Entered, "fields" | "secrets">> {
  if (Object.keys(given).some((id) => !asked.some((field) => field.id === id))) {
    return fail("invalid-input", "This kind of token does not ask for that. Reload the page and try again.");
  }
  const errors: Record<string, string> = {};
  const fields: Record<string, string> = {};
  const secrets: Record<string, Secret> = {};
  for (const { id, label, optional, secret, check } of asked) {
    const value = given[id]?.reveal().trim() ?? "";
    if (value === "" && optional) continue;
    const wrong =
      value === ""
        ? `Enter the ${label}.`
        : (findUnprintable(value) ?? findMisplaced(value, token, secret) ?? check(value));
    if (wrong) errors[id] = wrong;
    else if (secret) secrets[id] = new Secret(value);
    else fields[id] = value;
  }
  const [first] = Object.values(errors);
  return first === undefined ? ok({ fields, secrets }) : fail("invalid-input", first, errors);
}

function findUnprintable(value: string): string | null {
  return /[\p{Cc}\p{Cs}]/u.test(value) ? "This holds characters that cannot be sent. Type it again." : null;
}

/** What is no secret is shown: a secret that was put there by mistake must not be. */
function findMisplaced(value: string, token: Secret, isSecret: boolean): string | null {
  const raw = token.reveal();
  const isToken = value === raw || (raw.length >= 8 && value.includes(raw));
  return isToken && !isSecret
    ? "This is the secret itself. Enter what is asked for here; it is shown on the page."
    : null;
}

/** As columns. */
export interface SealedEntered {
  type: string;
  fields: Record<string, string>;
  sealed: string;
  sealedFields: string | null;
  kid: string;
}

export async function sealEntered(
  { type, token, fields, secrets }: Entered,
  at: { rowId: string; version: number; host: { baseUrl: string }; table?: SealedTable },
): Promise<SealedEntered> {
  const context = (field: "token" | "fields") => sealContext(at.rowId, at.version, at.host, field, at.table);
  const hasSecrets = Object.keys(secrets).length > 0;
  const raw = Object.fromEntries(Object.entries(secrets).map(([id, secret]) => [id, secret.reveal()]));
  const [main, rest] = await Promise.all([
    seal(token, await context("token")),
    hasSecrets ? seal(new Secret(JSON.stringify(raw)), await context("fields")) : null,
  ]);
  return { type, fields: { ...fields }, ...main, sealedFields: rest?.sealed ?? null };
}

/** Throws SealError. */
export async function openEntered(
  row: {
    id: string;
    version: number;
    type: string;
    fields: unknown;
    sealed: string;
    sealedFields: string | null;
  },
  host: Pick<CodeHost, "baseUrl">,
  table?: SealedTable,
): Promise<Entered> {
  const context = (field: "token" | "fields") => sealContext(row.id, row.version, host, field, table);
  const [token, rest] = await Promise.all([
    open(row.sealed, await context("token")),
    row.sealedFields === null ? null : open(row.sealedFields, await context("fields")),
  ]);
  const raw = rest === null ? {} : (JSON.parse(rest.reveal()) as Record<string, string>);
  const secrets = Object.fromEntries(Object.entries(raw).map(([id, text]) => [id, new Secret(text)]));
  return { type: row.type, token, fields: row.fields as Record<string, string>, secrets };
}
