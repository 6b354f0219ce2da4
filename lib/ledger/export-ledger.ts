import { stringify } from "csv-stringify/sync";
import type { Actor } from "../authz";
import { change } from "../db";
import { ok, type Result } from "../result";
import type { LedgerFilter } from "./filter";
import { beginWalk } from "./list-ledger";
import { type LedgerRow, ownerLabel } from "./row";
import { type Walk, walkLedger } from "./scan";
import { type LedgerScope, scopeName } from "./scope";
import type { EndState } from "./time-left";

/**
 * A ledger as CSV (RFC 4180, UTF-8 with a byte order mark, for spreadsheets), in the order of the list. The export is
 * in the audit log before its first line is handed out. What people and hosts named cannot become a formula.
 */
const BATCH = 500;

const COLUMNS: Record<string, (row: LedgerRow) => string | number | null> = {
  "Owner type": ({ owner }) => ({ user: "person", team: "team", site: "site" })[owner.type],
  Owner: ({ owner }) => ownerLabel(owner),
  "Owner's e-mail": ({ owner }) => (owner.type === "user" ? owner.email : null),
  "Code host": ({ host }) => host.name,
  Address: ({ host }) => host.baseUrl,
  Type: ({ typeName }) => typeName,
  Account: ({ login }) => login,
  Token: ({ tokenLabel }) => tokenLabel,
  Ends: ({ end }) => (end.known ? (end.at ?? "never") : "not told"),
  "Days left": ({ daysLeft }) => daysLeft,
  State: ({ state }) => STATES[state],
  "Last check": ({ health }) => health.word,
  Serves: ({ serves }) => names(serves),
  "May serve": ({ mayServe }) => names(mayServe),
  "Last used by": ({ lastUsed }) => lastUsed?.by?.name ?? null,
  "Last used": ({ lastUsed }) => lastUsed?.at ?? null,
  Entered: ({ enteredAt }) => enteredAt,
  Checked: ({ checkedAt }) => checkedAt,
};

const STATES: Record<EndState, string> = {
  ended: "ended",
  soon: "ends within 14 days",
  near: "ends within 30 days",
  later: "ends later",
  never: "never ends",
  "not-told": "end not told",
};

export async function exportLedger(
  actor: Actor,
  scope: LedgerScope,
  filter: LedgerFilter = {},
): Promise<Result<AsyncGenerator<string>>> {
  const walk = await beginWalk(actor, scope, filter);
  if (!walk.ok) return walk;
  const asked = Object.fromEntries(Object.entries(walk.value.filter).filter(([, value]) => value !== ""));
  await change(walk.value.permit, async () => ({
    value: null,
    audit: {
      action: "ledger.export",
      target: { type: "ledger" },
      outcome: "ok",
      details: { owner: scopeName(scope), filter: asked },
    },
  }));
  return ok(writeLines(walk.value));
}

async function* writeLines(walk: Walk): AsyncGenerator<string> {
  yield `\uFEFF${write([Object.keys(COLUMNS)])}`;
  let waiting: LedgerRow[] = [];
  for await (const row of walkLedger(walk, { batch: BATCH })) {
    waiting.push(row);
    if (waiting.length < BATCH) continue;
    yield write(waiting.map(cells));
    waiting = [];
  }
  if (waiting.length > 0) yield write(waiting.map(cells));
}

function cells(row: LedgerRow): (string | number | null)[] {
  return Object.values(COLUMNS).map((of) => {
    const value = of(row);
    // A cell that begins behind white space would still be a formula to some.
    return typeof value === "string" ? value.replace(/\p{Cc}+/gu, " ").trim() : value;
  });
}

function write(records: (string | number | null)[][]): string {
  return stringify(records, { record_delimiter: "windows", escape_formulas: true });
}

function names(consumers: readonly { name: string }[]): string {
  return consumers.map(({ name }) => name).join("; ");
}
