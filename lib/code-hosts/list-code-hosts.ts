import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, database } from "../db";
import { escapeLike } from "../input";
import { fail, ok, type Result } from "../result";
import { type CodeHostSummary, id as idField, summarise, withCount } from "./code-host";

/**
 * Reading code hosts: everyone who is signed in may. Lists are keyset-paged by name, then id.
 */
const listInput = z.strictObject({
  /** Part of the name or the address. */
  filter: z.string().max(200).default(""),
  kind: z.string().max(40).nullable().default(null),
  /** `next` or `previous` of another page. */
  after: z.string().max(2000).nullable().default(null),
  before: z.string().max(2000).nullable().default(null),
  limit: z.number().int().min(1).max(200).default(50),
});

export interface CodeHostPage {
  codeHosts: CodeHostSummary[];
  /** Matching the filter, on all pages. */
  total: number;
  /** Cursors of the pages beside this one; null where there is none. */
  next: string | null;
  previous: string | null;
}

export async function listCodeHosts(
  actor: Actor,
  input: z.input<typeof listInput> = {},
): Promise<Result<CodeHostPage>> {
  const permit = await authorise(actor, "code-host.list", null, { type: "code-host" });
  if (!permit.ok) return permit;
  const parsed = listInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input", "This list cannot be shown. Open it again.");
  const { filter, kind, after, before, limit } = parsed.data;
  const contains = { contains: escapeLike(filter.replaceAll("\0", "").trim()), mode: "insensitive" as const };
  const where = {
    ...(kind === null ? {} : { kind }),
    ...(contains.contains === "" ? {} : { OR: [{ name: contains }, { baseUrl: contains }] }),
  };
  const cursor = readCursor(before ?? after ?? "");
  const isBackwards = cursor !== null && before !== null;
  const db = database(permit.value);
  const [rows, total] = await Promise.all([
    db.codeHost.findMany({
      where: { AND: [where, cursor ? beyond(cursor, isBackwards ? "lt" : "gt") : {}] },
      orderBy: isBackwards ? [{ name: "desc" }, { id: "desc" }] : [{ name: "asc" }, { id: "asc" }],
      take: limit + 1,
      include: withCount,
    }),
    db.codeHost.count({ where }),
  ]);
  const shown = isBackwards ? rows.slice(0, limit).reverse() : rows.slice(0, limit);
  const [first, last] = [shown[0], shown.at(-1)];
  const isMore = rows.length > limit;
  return ok({
    codeHosts: shown.map(summarise),
    total,
    next: last && (isBackwards || isMore) ? writeCursor(last) : null,
    previous: first && cursor && (!isBackwards || isMore) ? writeCursor(first) : null,
  });
}

function beyond({ name, id }: { name: string; id: string }, side: "lt" | "gt") {
  return { OR: [{ name: { [side]: name } }, { name, id: { [side]: id } }] };
}

export async function findCodeHost(actor: Actor, id: string): Promise<Result<CodeHostSummary>> {
  const permit = await authorise(actor, "code-host.list", null, { type: "code-host", id: String(id) });
  if (!permit.ok) return permit;
  if (!idField.safeParse(id).success) return noSuchCodeHost();
  const row = await database(permit.value).codeHost.findUnique({ where: { id }, include: withCount });
  return row ? ok(summarise(row)) : noSuchCodeHost();
}

export function noSuchCodeHost() {
  return fail("not-found", "There is no such code host. It may have been removed; reload the page.");
}

function writeCursor({ name, id }: { name: string; id: string }): string {
  return Buffer.from(JSON.stringify([name, id])).toString("base64url");
}

/** Null, the first page, for a cursor that is not ours. */
function readCursor(text: string): { name: string; id: string } | null {
  try {
    const [name, id] = z.tuple([z.string(), z.uuid()]).parse(JSON.parse(Buffer.from(text, "base64url").toString()));
    return name.includes("\0") ? null : { name, id };
  } catch {
    return null;
  }
}
