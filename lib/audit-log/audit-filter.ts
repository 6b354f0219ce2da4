import { z } from "zod";
import { escapeLike, parse } from "../input";
import type { Prisma } from "../prisma-client/client";
import { ok, type Result } from "../result";

/** What of the audit log to show: strict input, turned into a query. */
const text = z
  .string({ error: "Enter text." })
  .max(200, "Use at most 200 characters.")
  .refine((value) => !value.includes("\0"), "Use plain text.")
  .trim();

/** "2026-11-22" or a full ISO time; UTC. */
const moment = z.union([z.literal(""), z.iso.date(), z.iso.datetime({ offset: true })], {
  error: "Enter a date, such as 2026-11-22.",
});

const auditFilter = z.strictObject({
  /** noun.verb, or the noun alone for all of its verbs. */
  action: text.refine((value) => /^[a-z-]*(\.[a-z-]+)?$/.test(value), "Choose an action from the list.").default(""),
  /** Part of an actor's e-mail or name, or their id. */
  actor: text.default(""),
  /** Part of a target's name or type, or its id. */
  target: text.default(""),
  outcome: z.enum(["", "ok", "denied", "failed"], { error: "Choose an outcome from the list." }).default(""),
  /** From this day or moment on. */
  from: moment.default(""),
  /** A day counts whole. */
  to: moment.default(""),
});

export type AuditFilter = z.input<typeof auditFilter>;
export type ReadFilter = z.output<typeof auditFilter>;

export function readFilter(input: AuditFilter): Result<ReadFilter> {
  const filter = parse(auditFilter, input);
  return filter.ok ? ok(filter.value) : filter;
}

export function toWhere(filter: ReadFilter): Prisma.AuditEntryWhereInput {
  const { action, actor, target, outcome, from, to } = filter;
  return {
    AND: [
      action === "" ? {} : action.includes(".") ? { action } : { action: { startsWith: `${action}.` } },
      actor === "" ? {} : { OR: [{ actorId: actor }, { actorLabel: contains(actor) }] },
      target === ""
        ? {}
        : { OR: [{ targetId: target }, { targetLabel: contains(target) }, { targetType: target.toLowerCase() }] },
      outcome === "" ? {} : { outcome },
      from === "" ? {} : { at: { gte: new Date(from) } },
      to === "" ? {} : { at: to.includes("T") ? { lte: new Date(to) } : { lt: dayAfter(to) } },
    ],
  };
}

function contains(value: string) {
  return { contains: escapeLike(value), mode: "insensitive" as const };
}

function dayAfter(day: string): Date {
  return new Date(Date.parse(day) + 86_400_000);
}
