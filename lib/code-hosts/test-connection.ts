import { z } from "zod";
import { type AuditInput, record } from "../audit";
import type { Actor } from "../authz";
import { authorise, database } from "../db";
import type { Identification } from "../hosts/adapter";
import { adapterFor } from "../hosts/registry";
import { ok, type Result } from "../result";
import { type CodeHostFields, id } from "./code-host";
import { connect } from "./connect";
import { noSuchCodeHost } from "./list-code-hosts";
import { invalid, readFields } from "./read-fields";

/**
 * Asks what answers at a code host's address: a stored one, or one that is being typed. No credential is sent, nothing
 * but the audit entry is stored. What the host answers is a value, not a failure: `answer.ok` tells.
 */
export type ConnectionTest = { baseUrl: string; answer: Identification };

export async function testConnection(
  actor: Actor,
  input: { id: string } | CodeHostFields,
): Promise<Result<ConnectionTest>> {
  const isStored = typeof input === "object" && input !== null && "id" in input;
  const target = { type: "code-host", id: isStored ? String(input.id) : null };
  const permit = await authorise(actor, "code-host.manage", null, target);
  if (!permit.ok) return permit;
  const found = isStored
    ? await load(input, (codeHostId) => database(permit.value).codeHost.findUnique({ where: { id: codeHostId } }))
    : await readFields(input);
  if (!found.ok) return found;
  const { kind, name, baseUrl, caCertificate } = found.value;
  const adapter = adapterFor(kind);
  if (!adapter) return invalid({ kind: "Choose a kind from the list." });
  const answer = await adapter.identify(connect(adapter, { baseUrl, caCertificate }));
  const said: AuditInput["details"] = answer.ok
    ? { product: answer.product, version: answer.version }
    : { reason: answer.reason };
  await record({
    actor,
    action: "code-host.test",
    target: { ...target, label: name },
    outcome: answer.ok ? "ok" : "failed",
    details: { kind, baseUrl, ...said },
  });
  return ok({ baseUrl, answer });
}

async function load<T>(input: { id: string }, find: (id: string) => Promise<T | null>) {
  const parsed = z.strictObject({ id }).safeParse(input);
  const row = parsed.success ? await find(parsed.data.id) : null;
  return row ? ok(row) : noSuchCodeHost();
}
