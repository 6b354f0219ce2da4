import type { Actor } from "../authz";
import { authorise, change } from "../db";
import { parse } from "../input";
import type { Tx } from "../prisma";
import type { Prisma } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import { type HostRules, type PolicyInput, policyInput, readForbidden } from "./policy-input";
import { readSiteSettings, type SiteSettings } from "./site-settings";

/**
 * Changes the site's policy: rules of the site, of code hosts, and how often credentials are checked, in one transaction
 * with an audit entry that holds the old and the new values. No credential changes by it.
 */
export async function changePolicy(actor: Actor, input: PolicyInput): Promise<Result<SiteSettings>> {
  const permit = await authorise(actor, "site.manage", null, { type: "policy" });
  if (!permit.ok) return permit;
  const parsed = parse(policyInput, input);
  if (!parsed.ok) return parsed;
  const { hosts, ...settings } = parsed.value;
  return await change<Result<SiteSettings>>(permit.value, async (tx) => {
    const before = await lockSettings(tx);
    const changes = await readHostChanges(tx, hosts);
    if (!changes.ok) return { value: changes, audit: null };
    for (const { id, data } of changes.value) await tx.codeHost.update({ where: { id }, data });
    await tx.siteSettings.update({ where: { id: 1 }, data: settings });
    if (settings.checkEveryHours < before.checkEveryHours) await checkSooner(tx, settings.checkEveryHours);
    const told = changes.value.map((one) => one.told);
    const details = { ...differences(before, settings), ...(told.length > 0 && { hosts: told }) };
    const target = { type: "policy", label: "the policy" };
    const audit = { action: "policy.change", target, outcome: "ok", details } as const;
    return { value: ok(settings), audit: Object.keys(details).length > 0 ? audit : null };
  });
}

/** The row's lock makes two changes at once follow each other. */
async function lockSettings(tx: Tx): Promise<SiteSettings> {
  await tx.siteSettings.createMany({ data: { id: 1 }, skipDuplicates: true });
  await tx.$queryRaw`SELECT 1 FROM "SiteSettings" WHERE id = 1 FOR UPDATE`;
  return await readSiteSettings(tx);
}

interface HostChange {
  id: string;
  data: { forbiddenTypes: string[]; globalUse: string };
  /** For the audit log. */
  told: Prisma.InputJsonObject;
}

/** Those that differ; locked, and looked at all before any is written. */
async function readHostChanges(tx: Tx, rules: readonly HostRules[]): Promise<Result<HostChange[]>> {
  const ids = rules.map(({ id }) => id);
  await tx.$queryRaw`SELECT 1 FROM "CodeHost" WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR UPDATE`;
  const hosts = await tx.codeHost.findMany({ where: { id: { in: ids } } });
  const changes: HostChange[] = [];
  for (const { id, forbiddenTypes, globalUse } of rules) {
    const host = hosts.find((one) => one.id === id);
    if (!host) return fail("not-found", "A code host was removed meanwhile. Reload the page.");
    const forbidden = readForbidden(host, forbiddenTypes);
    if (!forbidden.ok) return forbidden;
    const data = { forbiddenTypes: forbidden.value, globalUse };
    const before = { forbiddenTypes: host.forbiddenTypes, globalUse: host.globalUse as typeof globalUse };
    const different = differences(before, data);
    if (Object.keys(different).length > 0) changes.push({ id, data, told: { host: host.name, ...different } });
  }
  return ok(changes);
}

/** What was due later than the new interval comes sooner, spread over it. */
async function checkSooner(tx: Tx, hours: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Credential" SET "nextCheckAt" = now() + random() * make_interval(hours => ${hours}::int)
    WHERE "nextCheckAt" > now() + make_interval(hours => ${hours}::int)`;
}

type Value = string | number | boolean | null | string[];

function differences<T extends object>(before: T, after: T): Record<string, { from: Value; to: Value }> {
  const names = Object.keys(after) as (keyof T & string)[];
  return Object.fromEntries(
    names
      .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
      .map((name) => [name, { from: before[name] as Value, to: after[name] as Value }]),
  );
}
