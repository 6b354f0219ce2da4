import { Time } from "@/components/time";
import type { RunView } from "@/lib/jobs/background-work";
import { duration, OutcomeIcon } from "./run-outcome";

/** What ran, newest first. */
export function RunLog({ runs, now }: { runs: readonly RunView[]; now: string }) {
  return (
    <ol aria-label="Runs" className="border-line bg-panel divide-line divide-y rounded-lg border">
      {runs.map((run) => (
        <li
          key={run.id}
          className="grid grid-cols-[auto_minmax(0,1fr)] items-start gap-x-3 gap-y-0.5 px-4 py-3 sm:grid-cols-[auto_minmax(0,1fr)_auto] sm:px-5"
        >
          <OutcomeIcon outcome={run.outcome} className="mt-0.5 size-4.5" />
          <div className="min-w-0">
            <p className="font-medium">{run.title}</p>
            <p className="text-muted text-sm break-words">{whatHappened(run)}</p>
          </div>
          <p className="text-muted text-sm whitespace-nowrap tabular-nums max-sm:col-start-2 sm:text-right">
            <Time at={run.startedAt} now={now} />
            {run.tookMs === null ? null : (
              <>
                <span className="sm:hidden"> · </span>
                <span className="sm:block">{duration(run.tookMs)}</span>
              </>
            )}
          </p>
        </li>
      ))}
    </ol>
  );
}

function whatHappened({ outcome, detail, times }: RunView): string {
  if (outcome === null) return "Is running.";
  const said = outcome === "failed" ? `Failed: ${detail}. It is tried again by itself.` : detail;
  return times > 1 ? `${said} ${times} times in a row.` : said;
}
