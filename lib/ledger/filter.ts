import { z } from "zod";
import { escapeLike, parse } from "../input";
import { Prisma } from "../prisma-client/client";
import type { Result } from "../result";
import { ENDS_NEAR_DAYS, ENDS_SOON_DAYS, firstOfMonth, MONTHS_SHOWN } from "./time-left";

/**
 * What of a ledger to show: strict input, turned into conditions. A window of time other than "never" and "not-told" is
 * about ends that are known.
 */
const text = z
  .string({ error: "Enter text." })
  .max(200, "Use at most 200 characters.")
  .refine((value) => !/\p{Cc}/u.test(value), "Use one line of plain text.")
  .trim();
const id = (message: string) => z.union([z.literal(""), z.uuid(message)], { error: message });

export const windows = ["ended", "earlier", "14", "30", "later", "never", "not-told"] as const;

const chooseTime = "Choose a time from the list.";

const ledgerFilter = z.strictObject({
  /** "site", "team:ID", the id of a person, or part of a name or an e-mail address. */
  owner: text.default(""),
  host: id("Choose a code host from the list.").default(""),
  /** What it serves, may serve, or was last used by. */
  consumer: id("Choose a consumer from the list.").default(""),
  /** One of `windows`, or a month of the calendar (UTC), such as 2026-12. */
  window: z
    .string({ error: chooseTime })
    .regex(new RegExp(`^(${windows.join("|")}|20\\d\\d-(0[1-9]|1[0-2]))?$`), chooseTime)
    .default(""),
});

export type LedgerFilter = z.input<typeof ledgerFilter>;
export type ReadLedgerFilter = z.output<typeof ledgerFilter>;

export function readFilter(input: LedgerFilter): Result<ReadLedgerFilter> {
  return parse(ledgerFilter, input);
}

/** Conditions on "Credential" c with "CodeHost" h, "User" u and "Team" t. */
export function ownerAndHost({ owner, host }: ReadLedgerFilter): Prisma.Sql {
  const byHost = host === "" ? Prisma.empty : Prisma.sql`AND c."codeHostId" = ${host}::uuid`;
  return Prisma.sql`${ownerCondition(owner)} ${byHost}`;
}

function ownerCondition(owner: string): Prisma.Sql {
  if (owner === "") return Prisma.sql`true`;
  if (owner.toLowerCase() === "site") return Prisma.sql`(c."ownerId" IS NULL AND c."teamId" IS NULL)`;
  const teamId = owner.startsWith("team:") ? z.uuid().safeParse(owner.slice("team:".length)).data : undefined;
  if (teamId) return Prisma.sql`c."teamId" = ${teamId}::uuid`;
  const userId = z.uuid().safeParse(owner).data;
  if (userId) return Prisma.sql`c."ownerId" = ${userId}::uuid`;
  const part = `%${escapeLike(owner)}%`;
  return Prisma.sql`(u.name ILIKE ${part} OR u.email ILIKE ${part} OR t.name ILIKE ${part})`;
}

/** Condition on ends that are known; null where the window leaves none of these. */
export function windowCondition(window: string, now: Date): Prisma.Sql | null {
  const end = Prisma.sql`c."expiresAt"`;
  const at = (date: Date) => Prisma.sql`${date}::timestamptz`;
  const inDays = (days: number) => at(new Date(now.getTime() + days * 86_400_000));
  switch (window) {
    case "":
      return Prisma.sql`true`;
    case "never":
    case "not-told":
      return null;
    case "ended":
      return Prisma.sql`${end} <= ${at(now)}`;
    case "earlier":
      return Prisma.sql`${end} < ${at(firstOfMonth(now))}`;
    case "14":
      return Prisma.sql`${end} > ${at(now)} AND ${end} < ${inDays(ENDS_SOON_DAYS)}`;
    case "30":
      return Prisma.sql`${end} > ${at(now)} AND ${end} <= ${inDays(ENDS_NEAR_DAYS)}`;
    case "later":
      return Prisma.sql`${end} >= ${at(firstOfMonth(now, MONTHS_SHOWN))}`;
    default: {
      const first = new Date(`${window}-01T00:00:00Z`);
      return Prisma.sql`${end} >= ${at(first)} AND ${end} < ${at(firstOfMonth(first, 1))}`;
    }
  }
}
