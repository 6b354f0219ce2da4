/**
 * A program of its own, so that its memory and its core are those of the checks alone: checks what is due, as the worker
 * does, and prints what it took as a line of JSON.
 */
import { checkDue } from "../lib/credentials/check-due";
import { closeTransports } from "../lib/hosts/http";
import { closeDatabase } from "../lib/prisma";

export interface Checking {
  checked: number;
  unclear: number;
  ms: number;
  /** Of the processor. */
  cpuMs: number;
  /** Resident memory before, and the most there was, in bytes. */
  before: number;
  most: number;
}

if (process.argv.includes("--check")) {
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 100);
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const { checked, unclear } = await checkDue(new AbortController().signal);
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(watch);
  console.log(JSON.stringify({ checked, unclear, ms, cpuMs: (user + system) / 1000, before, most } satisfies Checking));
  await closeTransports();
  await closeDatabase();
}
