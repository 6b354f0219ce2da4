import { UserX } from "lucide-react";
import type { ReactNode } from "react";
import { Checkbox } from "@/components/checkbox";
import { cx } from "@/components/cx";
import { HostIcon } from "@/components/host-icon";
import { Pill } from "@/components/pill";
import { calendarDate } from "@/components/relative-time";
import { Code } from "@/components/scope-chip";
import { StateIcon } from "@/components/state-icon";
import { TextLink } from "@/components/text-link";
import { Time } from "@/components/time";
import { accountName } from "@/lib/credentials/account-name";
import type { Because, StaleRow } from "@/lib/stale/list-stale";
import type { WouldBreak } from "@/lib/stale/would-break";
import { joined } from "../_credentials/wording";
import { reasonPill } from "./wording";

/** One stale credential: whose, why and since when, what used it last, and what would break without it. */
export function StaleRowView(props: {
  row: StaleRow;
  now: string;
  staleAfterDays: number | null;
  isChosen: boolean;
  onChoose: (isChosen: boolean) => void;
}) {
  const { row, now, staleAfterDays, isChosen, onChoose } = props;
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-3 px-4 py-3.5 sm:px-5 @4xl:grid-cols-[auto_13rem_minmax(0,1fr)_11rem_12rem] @4xl:gap-x-4">
      <Checkbox
        hideLabel
        label={`Choose the token for ${row.host.name} of ${row.ownerLabel}`}
        checked={isChosen}
        onChange={(event) => onChoose(event.target.checked)}
      />
      <Name row={row} />
      <Cell label="Why" className="@max-4xl:col-start-2">
        <ul className="flex flex-col gap-2">
          {row.reasons.map((because) => (
            <Reason key={because.reason + because.since} because={because} now={now} staleAfterDays={staleAfterDays} />
          ))}
        </ul>
        {row.mayConcern.map(({ rule, source, endsAt }) => (
          <p key={rule} className="text-muted mt-1.5 text-sm">
            May concern it, from {calendarDate(endsAt)}: {rule}{" "}
            <TextLink href={source} external>
              Source
            </TextLink>
          </p>
        ))}
      </Cell>
      <div className="grid grid-cols-2 gap-x-4 @max-4xl:col-start-2 @4xl:contents">
        <Cell label="Last used by">
          <LastUse row={row} now={now} />
        </Cell>
        <Cell label="Would break">
          <Breaks wouldBreak={row.wouldBreak} />
        </Cell>
      </div>
    </li>
  );
}

function Name({ row }: { row: StaleRow }) {
  const { host, ownerLabel, hasOwnerLeft, login, tokenLabel, typeName } = row;
  return (
    <div className="min-w-0">
      <p className="flex min-w-0 items-center gap-2 font-semibold">
        <HostIcon kind={host.kind} className="size-4.5" />
        <span className="min-w-0 break-words">{host.name}</span>
      </p>
      <p className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-0.5">
        <span className="min-w-0 break-words">{ownerLabel}</span>
        {hasOwnerLeft ? (
          <Pill tone="off" icon={<UserX aria-hidden />}>
            disabled
          </Pill>
        ) : null}
      </p>
      <p className="text-muted text-sm break-words" title={typeName}>
        {login ? `${accountName(login)} ` : ""}
        {tokenLabel ? <Code>{tokenLabel}</Code> : typeName}
      </p>
    </div>
  );
}

/** The label stands in the head of the list where there is room. */
function Cell({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    <div className={cx("min-w-0", className)}>
      <span className="text-muted text-xs font-medium @4xl:sr-only">
        {label}
        <span className="sr-only">: </span>
      </span>
      {children}
    </div>
  );
}

function Reason(props: { because: Because; now: string; staleAfterDays: number | null }) {
  const { because, now, staleAfterDays } = props;
  const { word, tone, state } = reasonPill(because, now);
  const { rule } = because;
  return (
    <li>
      <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
        <Pill tone={tone} icon={<StateIcon state={state} label="" className="size-3.5" />}>
          {word}
        </Pill>
        <span className="text-muted text-sm">{told(because, now, staleAfterDays)}</span>
      </span>
      {rule ? (
        <span className="text-muted mt-1 block text-sm">
          {rule.rule} {rule.instead}{" "}
          <TextLink href={rule.source} external>
            Source
          </TextLink>
        </span>
      ) : null}
    </li>
  );
}

/** "since 3 November 2026"; of what is unused, for how long in all. */
function told({ reason, since }: Because, now: string, staleAfterDays: number | null): string {
  if (reason === "unused" && staleAfterDays !== null) {
    const over = Math.floor((Date.parse(now) - Date.parse(since)) / 86_400_000);
    return `for ${(staleAfterDays + over).toLocaleString("en")} days`;
  }
  return `${since <= now ? "since" : "on"} ${calendarDate(since)}`;
}

function LastUse({ row: { lastUse, hostUse }, now }: { row: StaleRow; now: string }) {
  return (
    <>
      <p>
        {lastUse ? (
          <>
            {lastUse.by ?? "A tool that is removed"}, <Time at={lastUse.at} now={now} />
          </>
        ) : (
          "No tool yet"
        )}
      </p>
      <p className="text-muted text-sm">
        {!hostUse.known ? (
          "The host does not tell"
        ) : hostUse.at ? (
          <>
            At the host <Time at={hostUse.at} now={now} />
          </>
        ) : (
          "Never at the host"
        )}
      </p>
    </>
  );
}

function Breaks({ wouldBreak: { breaks, perhaps, goesOn, instead } }: { wouldBreak: WouldBreak }) {
  return (
    <>
      {breaks.length > 0 ? (
        <p className="text-warn flex items-start gap-1.5 font-medium">
          <StateIcon state="warn" label="" className="mt-0.5 size-4" />
          {joined(breaks)}
        </p>
      ) : null}
      {perhaps.length > 0 ? <p>Perhaps {joined(perhaps)}: it cannot be told</p> : null}
      {breaks.length + perhaps.length === 0 ? <p>Nothing</p> : null}
      {goesOn.length > 0 && instead ? (
        <p className="text-muted text-sm">
          {joined(goesOn)} {goesOn.length === 1 ? "goes" : "go"} on with {instead}
        </p>
      ) : null}
    </>
  );
}
