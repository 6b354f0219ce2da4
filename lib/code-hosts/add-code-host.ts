import type { Actor } from "../authz";
import { authorise, change, database, isConflict } from "../db";
import { fail, ok, type Result } from "../result";
import { fingerprints } from "./ca-certificate";
import { type CodeHostFields, type CodeHostSummary, summarise, withCount } from "./code-host";
import { readFields } from "./read-fields";

/**
 * Adds a code host. Its address is normalised and unique: of those who add the same one at once, one succeeds, and the
 * others are told which one exists.
 */
export async function addCodeHost(actor: Actor, input: CodeHostFields): Promise<Result<CodeHostSummary>> {
  const permit = await authorise(actor, "code-host.manage", null, { type: "code-host" });
  if (!permit.ok) return permit;
  const fields = await readFields(input);
  if (!fields.ok) return fields;
  const data = fields.value;
  try {
    const row = await change(permit.value, async (tx) => {
      const row = await tx.codeHost.create({ data, include: withCount });
      const target = { type: "code-host", id: row.id, label: row.name };
      const details = {
        kind: row.kind,
        baseUrl: row.baseUrl,
        gitOverSsh: row.gitOverSsh,
        sshAddress: row.sshAddress,
        caFingerprints: fingerprints(row.caCertificate),
      };
      return { value: row, audit: { action: "code-host.add", target, outcome: "ok", details } };
    });
    return ok(summarise(row));
  } catch (error) {
    if (!isConflict(error)) throw error;
    const existing = await database(permit.value).codeHost.findUnique({ where: { baseUrl: data.baseUrl } });
    return alreadyThere(existing?.name ?? data.baseUrl);
  }
}

export function alreadyThere(name: string) {
  const message = `This address belongs to ${name} already. Edit that one instead.`;
  return fail("conflict", message, { baseUrl: message });
}
