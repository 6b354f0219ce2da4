import { env } from "../env";
import { adapterFor } from "../hosts/registry";
import { formatEndpoint, parseSshAddress } from "../hosts/ssh/address";
import { parse } from "../input";
import { fail, ok, type Result } from "../result";
import { normaliseBaseUrl } from "./base-url";
import { parseCaCertificate } from "./ca-certificate";
import { type CodeHostFields, codeHostFields } from "./code-host";

/** What is stored of a code host, from what was typed. Asks no code host, but looks up the name of a plain-http one. */
export interface StoredFields {
  kind: string;
  name: string;
  baseUrl: string;
  caCertificate: string | null;
  gitOverSsh: boolean;
  sshAddress: string | null;
}

export async function readFields(input: CodeHostFields): Promise<Result<StoredFields>> {
  const parsed = parse(codeHostFields, input);
  if (!parsed.ok) return parsed;
  const { kind, name, gitOverSsh } = parsed.value;
  const adapter = adapterFor(kind);
  if (!adapter) return invalid({ kind: "Choose a kind from the list." });
  const fields: Record<string, string> = {};
  const baseUrl = await normaliseBaseUrl(adapter, parsed.value.baseUrl, env().allowedNetworks);
  if (!baseUrl.ok) fields.baseUrl = baseUrl.message;
  const pasted = parsed.value.caCertificate?.trim() ?? "";
  const ca = pasted === "" ? { ok: true as const, pem: null } : parseCaCertificate(pasted);
  if (!ca.ok) fields.caCertificate = ca.message;
  const ssh = parsed.value.sshAddress.trim() === "" ? null : parseSshAddress(parsed.value.sshAddress);
  if (typeof ssh === "string") fields.sshAddress = ssh;
  if (!baseUrl.ok || !ca.ok || typeof ssh === "string") return invalid(fields);
  const sshAddress = ssh && formatEndpoint(ssh);
  return ok({ kind, name, baseUrl: baseUrl.url, caCertificate: ca.pem, gitOverSsh, sshAddress });
}

/** One field: its own sentence is the answer's; several: each beside its field. */
export function invalid(fields: Record<string, string>) {
  const [only, ...others] = Object.values(fields);
  const message = only !== undefined && others.length === 0 ? only : "Correct the marked fields.";
  return fail("invalid-input", message, fields);
}
