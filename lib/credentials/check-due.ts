import { setTimeout } from "node:timers/promises";
import { authorise, database, type Permit } from "../db";
import { adapterFor, kinds } from "../hosts/registry";
import type { Job } from "../jobs/job";
import { readSiteSettings } from "../policy/site-settings";
import { type CheckRun, checkHost, type Tally } from "./check-host";
import { databaseNow } from "./clock";
import { findDueHosts } from "./lease";

/**
 * Checks every credential that is due, code hosts side by side: one that is slow or silent holds up its own only. While
 * one of them takes long, what comes due on the others is still found.
 */
export const checkCredentials: Job = {
  name: "credentials.check",
  title: "Check credentials with their code hosts",
  every: "* * * * *",
  timeoutSeconds: 600,
  run: async (signal) => sentenceOf(await checkDue(signal)),
};

/** Before the job's time is over, so that it ends in order. */
const LONGEST_MS = 9 * 60_000;
const LOOK_EVERY_MS = 5000;

export interface CheckedAll extends Tally {
  hosts: number;
}

export async function checkDue(given: AbortSignal): Promise<CheckedAll> {
  const permit = await authorise({ type: "system", name: checkCredentials.name }, "credential.manage", {
    type: "site",
  });
  if (!permit.ok) throw new Error("background work may not check credentials");
  const signal = AbortSignal.any([given, AbortSignal.timeout(LONGEST_MS)]);
  const run = await prepare(permit.value, signal);
  const all: CheckedAll = { hosts: 0, checked: 0, rejected: 0, doubted: 0, unclear: 0 };
  const active = new Map<string, Promise<void>>();
  const finished = new Set<string>();
  const errors: unknown[] = [];
  async function take(id: string): Promise<void> {
    const host = await database(run.permit).codeHost.findUnique({ where: { id } });
    const adapter = host ? adapterFor(host.kind) : null;
    const tally = host && adapter ? await checkHost(run, host, adapter) : null;
    // Nothing could be had of it: not again in this run.
    if (!tally?.checked) finished.add(id);
    if (!tally) return;
    if (tally.checked > 0) all.hosts += 1;
    for (const name of ["checked", "rejected", "doubted", "unclear"] as const) all[name] += tally[name];
  }
  for (;;) {
    const due = signal.aborted ? [] : await findDueHosts(database(run.permit), kinds);
    for (const id of due) {
      if (active.has(id) || finished.has(id)) continue;
      const work = take(id)
        .catch((error: unknown) => {
          finished.add(id);
          errors.push(error);
        })
        .finally(() => active.delete(id));
      active.set(id, work);
    }
    if (active.size === 0) break;
    await waitForOne([...active.values()]);
  }
  if (errors.length > 0) throw errors[0];
  return all;
}

async function prepare(permit: Permit<"credential.manage">, signal: AbortSignal): Promise<CheckRun> {
  const db = database(permit);
  const [now, { checkEveryHours }] = await Promise.all([databaseNow(db), readSiteSettings(db)]);
  const ahead = now.getTime() - performance.now();
  return { permit, signal, everyHours: checkEveryHours, clock: () => new Date(ahead + performance.now()) };
}

async function waitForOne(work: readonly Promise<void>[]): Promise<void> {
  const isOver = new AbortController();
  const late = setTimeout(LOOK_EVERY_MS, undefined, { signal: isOver.signal }).catch(() => {});
  await Promise.race([late, ...work]);
  isOver.abort();
}

function sentenceOf({ hosts, checked, rejected, doubted, unclear }: CheckedAll): string {
  if (checked === 0) return "Nothing was due.";
  const rest = [
    rejected > 0 && `${rejected} rejected`,
    doubted > 0 && `${doubted} rejected once, asked again soon`,
    unclear > 0 && `${unclear} without an answer`,
  ].filter(Boolean);
  const what = `Checked ${count(checked, "credential")} on ${count(hosts, "code host")}`;
  return rest.length > 0 ? `${what}: ${rest.join(", ")}.` : `${what}.`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
