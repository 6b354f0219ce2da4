import { z } from "zod";
import { record } from "../audit";
import type { Actor } from "../authz";
import { authorise, change } from "../db";
import { fail, ok, type Result } from "../result";
import { jobs } from "./all-jobs";
import { requestRun } from "./request-run";

/** What an admin may hurry: a job, or a code host that is left in peace after trouble. */
export async function runJobNow(actor: Actor, name: unknown): Promise<Result<{ title: string }>> {
  const permit = await authorise(actor, "site.manage", null, { type: "job" });
  if (!permit.ok) return permit;
  const job = jobs.find((one) => one.name === name);
  if (!job) return fail("not-found", "There is no such work. Reload the page.");
  await record({
    actor: permit.value.actor,
    action: "job.run",
    target: { type: "job", label: job.title },
    outcome: "ok",
    details: { job: job.name },
  });
  await requestRun(job.name);
  return ok({ title: job.title });
}

/** Ends its pause. Whatever made it: the next trouble makes the next. */
export async function tryHostNow(actor: Actor, hostId: unknown): Promise<Result<{ name: string }>> {
  const permit = await authorise(actor, "code-host.manage", null, { type: "code-host" });
  if (!permit.ok) return permit;
  const id = z.uuid().safeParse(hostId);
  if (!id.success) return noSuchHost();
  const name = await change(permit.value, async (tx) => {
    const host = await tx.codeHost.findUnique({ where: { id: id.data }, select: { name: true } });
    if (!host) return { value: null, audit: null };
    await tx.codeHost.update({ where: { id: id.data }, data: { pausedUntil: null, pauseReason: null } });
    const target = { type: "code-host", id: id.data, label: host.name };
    return { value: host.name, audit: { action: "code-host.try", target, outcome: "ok" } };
  });
  if (name === null) return noSuchHost();
  await requestRun("credentials.check");
  return ok({ name });
}

function noSuchHost() {
  return fail("not-found", "There is no such code host. It may have been removed; reload the page.");
}
