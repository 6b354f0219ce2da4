import { z } from "zod";
import type { Actor } from "../authz";
import { type OwnerColumns, ownerName, ownerOf } from "../credentials/owner";
import { type Removed, type RemoveFailure, removeCredential } from "../credentials/remove";
import { change, database, type Permit, recordDenial } from "../db";
import { adapterFor } from "../hosts/registry";
import { parse } from "../input";
import { fail, ok, type Result } from "../result";
import type { TakenOff } from "../ssh-keys/take-off";
import { byHost, inPace } from "./in-pace";
import type { Receipt } from "./receipt";
import { authoriseScope, parseScope, type Scope } from "./scope";

/**
 * Removes many credentials in one confirmed action: each by itself, through its owner, with a result and an audit entry of
 * its own, and one entry for the action. What cannot be removed does not stop the others; what is not within the scope is
 * not found. Code hosts are asked side by side, each within its pace.
 */
export const MOST_AT_ONCE = 100;

const input = z.strictObject({
  /** "all", or "team:" and its id. */
  scope: z.union([z.literal("all"), z.templateLiteral(["team:", z.uuid()])], "Reload the page and try again."),
  credentialIds: z
    .array(z.uuid(), "Choose what to remove.")
    .min(1, "Choose what to remove.")
    .max(MOST_AT_ONCE, `Remove at most ${MOST_AT_ONCE} at once.`),
  /** Ask the code hosts to end them too. */
  revoke: z.boolean("Reload the page and try again."),
});

export type RemoveManyInput = z.input<typeof input>;

export interface RemovalResult {
  credentialId: string;
  /** here: removed here only; kept: not removed, and why; otherwise as in its receipt. */
  outcome: "dead" | "asked" | "asking" | "alive" | "unknown" | "here" | "kept";
  message: string;
  receipt: Receipt | null;
  /** Public keys that could not be taken off the host. */
  keysLeft: TakenOff[];
}

export async function removeMany(actor: Actor, raw: unknown): Promise<Result<RemovalResult[]>> {
  const parsed = parse(input, raw);
  if (!parsed.ok) return fail("invalid-input", firstOf(parsed.error));
  const { revoke } = parsed.value;
  const scope = parseScope(parsed.value.scope);
  const permit = await authoriseScope(actor, scope);
  if (!permit.ok) return permit;
  const ids = [...new Set(parsed.value.credentialIds)];
  const rows = await findWithin(permit.value, scope, ids);
  const known = new Set(rows.map(({ id }) => id));
  const strangers = ids.filter((id) => !known.has(id));
  for (const id of strangers) await recordDenial(actor, "credential.manage", { type: "credential", id });
  const removed = await Promise.all(byHost(rows).map((own) => removeOnHost(actor, own, revoke)));
  const results = new Map([...strangers.map(notThere), ...removed.flat()].map((one) => [one.credentialId, one]));
  const inOrder = ids.flatMap((id) => results.get(id) ?? []);
  await recordAction(permit.value, scope, inOrder, revoke);
  return ok(inOrder);
}

type Row = OwnerColumns & { id: string; codeHostId: string; codeHost: { kind: string } };

async function findWithin(permit: Permit, scope: Scope, ids: string[]): Promise<Row[]> {
  return await database(permit).credential.findMany({
    where: { id: { in: ids }, ...(scope.type === "team" ? { teamId: scope.id } : {}) },
    select: { id: true, codeHostId: true, ownerId: true, teamId: true, codeHost: { select: { kind: true } } },
  });
}

/** Once the host limits us it is not asked again: what is left gets its receipt, and the job asks later. */
async function removeOnHost(actor: Actor, rows: readonly Row[], revoke: boolean): Promise<RemovalResult[]> {
  const pace = adapterFor(rows[0]?.codeHost.kind ?? "")?.pace ?? { concurrent: 1, everyMs: 0 };
  let limit: Receipt | null = null;
  return await inPace(rows, pace, async (row) => {
    const asked = revoke ? { waitsMs: [], notBefore: limit?.nextCheckAt ? new Date(limit.nextCheckAt) : null } : null;
    const result = await removeCredential(actor, { owner: ownerOf(row), credentialId: row.id, revoke: asked });
    if (result.ok && result.value.receipt?.state === "asking") limit ??= result.value.receipt;
    return asResult(row.id, result);
  });
}

function asResult(credentialId: string, result: Result<Removed, RemoveFailure>): RemovalResult {
  if (!result.ok) {
    const { message, needsPassword } = result.error;
    const told = needsPassword ? "Its host asks for the account's password: remove it by itself." : message;
    return { credentialId, outcome: "kept", message: told, receipt: null, keysLeft: [] };
  }
  const { keys, receipt } = result.value;
  return {
    credentialId,
    outcome: receipt?.state ?? "here",
    message: receipt?.detail ?? "Removed here. At its code host the token lives on.",
    receipt,
    keysLeft: keys.filter(({ outcome }) => outcome === "left"),
  };
}

function notThere(credentialId: string): RemovalResult {
  const message = "There is no such credential. It may have been removed already.";
  return { credentialId, outcome: "kept", message, receipt: null, keysLeft: [] };
}

async function recordAction(
  permit: Permit,
  scope: Scope,
  results: readonly RemovalResult[],
  revoke: boolean,
): Promise<void> {
  const count = (...outcomes: RemovalResult["outcome"][]) =>
    results.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const kept = count("kept");
  const details = {
    scope: scope.type === "all" ? "all" : ownerName(scope),
    revoke,
    removed: results.length - kept,
    dead: count("dead"),
    asked: count("asked", "asking"),
    alive: count("alive", "unknown"),
    kept,
  };
  const removed = results.length - kept;
  const label = `${removed === 1 ? "1 credential" : `${removed} credentials`} of ${scope.type === "all" ? "this site" : "a team"}`;
  const target = { type: "credential", label };
  await change(permit, async () => ({
    value: null,
    audit: { action: "credential.remove-many", target, outcome: kept === results.length ? "failed" : "ok", details },
  }));
}

function firstOf({ message, fields }: { message: string; fields?: Record<string, string> }): string {
  return Object.values(fields ?? {})[0] ?? message;
}
