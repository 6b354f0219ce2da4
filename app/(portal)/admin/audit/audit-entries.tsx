import { ChevronDown } from "lucide-react";
import { Pill } from "@/components/pill";
import { StateIcon } from "@/components/state-icon";
import { Time } from "@/components/time";
import type { AuditEntryView } from "@/lib/audit-log/list-audit-entries";

/** One line each: how it went, the sentence, when. Everything else is a press away. */
export function AuditEntries({ entries, now }: { entries: readonly AuditEntryView[]; now: string }) {
  return (
    <ol aria-label="Audit log" className="border-line bg-panel divide-line divide-y rounded-lg border">
      {entries.map((entry) => (
        <li key={entry.seq}>
          <details className="group">
            <summary className="hover:bg-subtle/50 grid cursor-pointer list-none grid-cols-[auto_minmax(0,1fr)_auto] items-start gap-x-3 gap-y-0.5 px-4 py-3 sm:grid-cols-[auto_minmax(0,1fr)_auto_auto] sm:px-5 [&::-webkit-details-marker]:hidden">
              <Outcome outcome={entry.outcome} />
              <span className="min-w-0 break-words">{entry.sentence}</span>
              <Time
                at={entry.at.toISOString()}
                now={now}
                className="text-muted text-sm whitespace-nowrap tabular-nums max-sm:col-start-2 max-sm:row-start-2"
              />
              <ChevronDown
                aria-hidden
                className="text-muted mt-0.5 size-4 transition-transform duration-120 group-open:rotate-180 max-sm:col-start-3 max-sm:row-start-1"
              />
            </summary>
            <Details entry={entry} />
          </details>
        </li>
      ))}
    </ol>
  );
}

function Outcome({ outcome }: { outcome: string }) {
  const looks = { ok: ["ok", "Done"], denied: ["bad", "Denied"], failed: ["warn", "Failed"] } as const;
  const [state, label] = looks[outcome as keyof typeof looks] ?? (["off", outcome] as const);
  return <StateIcon state={state} label={label} className="mt-0.5 size-4.5" />;
}

function Details({ entry }: { entry: AuditEntryView }) {
  const outcome = { ok: "Done", denied: "Denied", failed: "Failed" }[entry.outcome] ?? entry.outcome;
  const facts: [string, string | null][] = [
    ["Entry", entry.seq],
    ["Time", entry.at.toISOString()],
    ["Action", entry.action],
    ["Outcome", outcome],
    ["Who", [entry.actorLabel, entry.actorId].filter(Boolean).join(" · ")],
    ["What", [entry.targetType, entry.targetLabel, entry.targetId].filter(Boolean).join(" · ") || null],
    ["Address", entry.ip],
  ];
  const more = JSON.stringify(entry.details, null, 2);
  return (
    <div className="border-line bg-ground flex flex-col gap-3 border-t px-4 py-3.5 text-sm sm:px-5 sm:pl-12">
      <dl className="grid grid-cols-[5rem_minmax(0,1fr)] gap-x-3 gap-y-1">
        {facts.map(([name, value]) =>
          value ? (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="font-mono text-[0.93em] break-words">{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
      {more === "{}" ? null : (
        <div>
          <Pill tone="off">Details</Pill>
          <pre className="mt-2 overflow-x-auto font-mono text-[0.93em] whitespace-pre-wrap">{more}</pre>
        </div>
      )}
    </div>
  );
}
