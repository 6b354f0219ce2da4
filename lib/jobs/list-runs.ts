import { z } from "zod";
import type { Actor } from "../authz";
import { databaseNow } from "../credentials/clock";
import { authorise, database } from "../db";
import { parse } from "../input";
import { fail, ok, type Result } from "../result";
import { type RunView, type StoredRun, viewRun } from "./background-work";

/** The log of the runs, newest first, paged by (startedAt, id). */
export interface RunPage {
  runs: RunView[];
  /** For `olderThan` and `newerThan` of the pages beside; null: none. */
  older: string | null;
  newer: string | null;
  now: string;
}

const place = z
  .string()
  .regex(/^\d{13}_[0-9a-f-]{36}$/)
  .nullable()
  .default(null);
const query = z.strictObject({
  olderThan: place,
  newerThan: place,
  limit: z.number().int().min(1).max(200).default(25),
});

export async function listRuns(actor: Actor, input: z.input<typeof query> = {}): Promise<Result<RunPage>> {
  const permit = await authorise(actor, "site.manage", null, { type: "job" });
  if (!permit.ok) return permit;
  const parsed = parse(query, input);
  if (!parsed.ok) return fail("invalid-input", "This part of the log cannot be shown. Open it again.");
  const { olderThan, newerThan, limit } = parsed.value;
  const db = database(permit.value);
  const isBackward = newerThan !== null;
  const [at, id] = (newerThan ?? olderThan ?? "").split("_");
  const edge = at && id ? { startedAt: new Date(Number(at)), id } : null;
  const [way, order] = isBackward ? (["gt", "asc"] as const) : (["lt", "desc"] as const);
  const [rows, now] = await Promise.all([
    db.jobRun.findMany({
      where: edge
        ? { OR: [{ startedAt: { [way]: edge.startedAt } }, { startedAt: edge.startedAt, id: { [way]: edge.id } }] }
        : {},
      orderBy: [{ startedAt: order }, { id: order }],
      take: limit + 1,
    }),
    databaseNow(db),
  ]);
  const hasMore = rows.length > limit;
  const page = isBackward ? rows.slice(0, limit).reverse() : rows.slice(0, limit);
  return ok({
    runs: page.map(viewRun),
    older: hasMore || isBackward ? placeOf(page.at(-1)) : null,
    newer: isBackward ? (hasMore ? placeOf(page[0]) : null) : edge ? placeOf(page[0]) : null,
    now: now.toISOString(),
  });
}

function placeOf(run: StoredRun | undefined): string | null {
  return run ? `${run.startedAt.getTime()}_${run.id}` : null;
}
