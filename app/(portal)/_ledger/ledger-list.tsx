import { CircleHelp, CircleX, TriangleAlert } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { cx } from "@/components/cx";
import { HostIcon } from "@/components/host-icon";
import { Pill } from "@/components/pill";
import { Code } from "@/components/scope-chip";
import { Time } from "@/components/time";
import { TimeMark } from "@/components/time-mark";
import { accountName } from "@/lib/credentials/account-name";
import { credentialsPath } from "@/lib/ledger/credentials-path";
import type { Timeline } from "@/lib/ledger/read-timeline";
import { type LedgerRow, ownerLabel } from "@/lib/ledger/row";
import type { LedgerScope } from "@/lib/ledger/scope";
import type { EndState } from "@/lib/ledger/time-left";
import { daysInWords, groups, nearnessOf, shortDate } from "./wording";

interface ListProps {
  rows: readonly LedgerRow[];
  scope: LedgerScope;
  /** In all, by state; null where the list is narrowed to a part of it. */
  counts: Timeline["counts"] | null;
  now: string;
}

/** The list behind the picture, in parts by how near the end is. */
export function LedgerList({ rows, scope, counts, now }: ListProps) {
  const states = [...new Set(rows.map(({ state }) => state))];
  return (
    <div className="@container flex flex-col gap-6">
      {states.map((state) => (
        <section key={state} aria-labelledby={`ends-${state}`}>
          <h2 id={`ends-${state}`} className="flex items-center gap-2 font-semibold">
            <TimeMark nearness={nearnessOf[state]} className="size-3.5" />
            {groups[state].title}
            {counts ? (
              <span className="text-muted font-normal tabular-nums">{countOf(counts, state).toLocaleString("en")}</span>
            ) : null}
          </h2>
          {groups[state].about ? <p className="text-muted mt-0.5 max-w-2xl text-sm">{groups[state].about}</p> : null}
          <ul
            aria-label={groups[state].title}
            className="@lg:divide-line @lg:border-line @lg:bg-panel mt-2.5 flex flex-col @max-lg:gap-3 @lg:divide-y @lg:rounded-lg @lg:border"
          >
            {rows
              .filter((row) => row.state === state)
              .map((row) => (
                <Row key={row.id} row={row} scope={scope} now={now} />
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function countOf(counts: Timeline["counts"], state: EndState): number {
  const { all, ended, soon, near, never, notTold } = counts;
  const of = {
    ended,
    soon,
    near: near - soon,
    later: all - ended - near - never - notTold,
    never,
    "not-told": notTold,
  };
  return of[state];
}

function Row({ row, scope, now }: { row: LedgerRow; scope: LedgerScope; now: string }) {
  const { host, typeName, tokenLabel, login } = row;
  const withOwner = scope.type === "site-all";
  return (
    <li
      className={cx(
        "@max-lg:border-line @max-lg:bg-panel grid gap-x-5 gap-y-2.5 px-4 py-3.5 @max-lg:rounded-lg @max-lg:border @lg:grid-cols-[8.5rem_minmax(0,1fr)] @lg:px-5",
        withOwner
          ? "@4xl:grid-cols-[8.5rem_minmax(0,1.25fr)_minmax(0,0.8fr)_minmax(0,1.15fr)]"
          : "@4xl:grid-cols-[8.5rem_minmax(0,1.1fr)_minmax(0,1.3fr)]",
      )}
    >
      <End row={row} now={now} />
      <div className="flex min-w-0 items-start gap-2.5">
        <span className="mt-0.5 flex">
          <HostIcon kind={host.kind} className="size-4.5" />
        </span>
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <Link prefetch={false} href={credentialsPath(row, scope)} className="font-semibold hover:underline">
              {host.name}
            </Link>
            <Health row={row} />
          </p>
          <p className="text-muted text-sm">
            {login === null ? null : <span className="text-ink">{accountName(login)}</span>}
            {tokenLabel ? (
              <>
                {" "}
                <Code>{tokenLabel}</Code>
              </>
            ) : null}
            <span className="block">{typeName}</span>
          </p>
        </div>
      </div>
      {withOwner ? (
        <Cell label="Owner" className="@max-4xl:@lg:col-start-2">
          <Owner owner={row.owner} />
        </Cell>
      ) : null}
      <div className="flex min-w-0 flex-col gap-1 @max-4xl:@lg:col-start-2">
        <Serves row={row} />
        <Used row={row} now={now} />
      </div>
    </li>
  );
}

function Cell({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    <div className={cx("min-w-0 text-sm", className)}>
      <span className="text-muted @4xl:sr-only">{label}: </span>
      {children}
    </div>
  );
}

const endTones: Partial<Record<EndState, string>> = { ended: "text-bad", soon: "text-warn", near: "text-warn" };

function End({ row: { end, state, daysLeft, enteredAt, checkedAt }, now }: { row: LedgerRow; now: string }) {
  if (!end.known || end.at === null) {
    return (
      <div className="@max-lg:flex @max-lg:gap-2">
        <p className="font-medium">{end.known ? "Never ends" : checkedAt ? "Not told" : "Not checked"}</p>
        <p className="text-muted text-sm">
          entered <Time at={enteredAt} now={now} />
        </p>
      </div>
    );
  }
  return (
    <div className="tabular-nums @max-lg:flex @max-lg:items-center @max-lg:gap-2">
      <p className="flex items-center gap-2">
        <TimeMark nearness={nearnessOf[state]} className="size-3 @lg:hidden" />
        <time dateTime={end.at} title={`${end.at.slice(0, 16).replace("T", " ")} UTC`} className="font-medium">
          {shortDate(end.at)}
        </time>
      </p>
      <p className={cx("text-sm", endTones[state] ?? "text-muted")}>{daysInWords(daysLeft ?? 0, state === "ended")}</p>
    </div>
  );
}

const icons = {
  bad: <CircleX aria-hidden />,
  warn: <TriangleAlert aria-hidden />,
  off: <CircleHelp aria-hidden />,
};

/** What else is wrong with it; that it ends is said already. */
function Health({ row: { health, state } }: { row: LedgerRow }) {
  if (health.state === "ok" || state === "ended" || health.word === "ends soon") return null;
  return (
    <Pill tone={health.state} icon={icons[health.state]}>
      {health.word}
    </Pill>
  );
}

function Owner({ owner }: { owner: LedgerRow["owner"] }) {
  if (owner.type !== "user") return <span className="font-medium">{ownerLabel(owner)}</span>;
  return (
    <>
      <span className="font-medium">{owner.name}</span>
      <span className="text-muted block break-all">{owner.email}</span>
    </>
  );
}

function Serves({ row: { serves, mayServe, state } }: { row: LedgerRow }) {
  const names = (consumers: readonly { name: string }[]) => consumers.map(({ name }) => name).join(", ");
  if (serves.length + mayServe.length === 0) return <p className="text-muted text-sm">Suffices for no tool</p>;
  return (
    <p className="text-sm">
      {serves.length > 0 ? (
        <>
          <span className="text-muted">{state === "ended" ? "Served" : "Serves"} </span>
          {names(serves)}
        </>
      ) : null}
      {mayServe.length > 0 ? <span className="text-muted block">Cannot be told for {names(mayServe)}</span> : null}
    </p>
  );
}

function Used({ row: { lastUsed }, now }: { row: LedgerRow; now: string }) {
  return (
    <p className="text-muted text-sm">
      {lastUsed ? (
        <>
          Used <Time at={lastUsed.at} now={now} />
          {lastUsed.by ? ` by ${lastUsed.by.name}` : ""}
        </>
      ) : (
        "Not used yet"
      )}
    </p>
  );
}
