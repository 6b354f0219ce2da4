import { Clock, RotateCw } from "lucide-react";
import { ListRow, RowLine, RowText } from "@/components/list";
import { Pill } from "@/components/pill";
import { Spinner } from "@/components/spinner";
import { Time } from "@/components/time";
import type { JobState } from "@/lib/jobs/background-work";
import { RunButton } from "./run-buttons";
import { duration, OutcomeIcon } from "./run-outcome";

/** One job: how its last run ended, what it does now, and when it comes next. */
export function JobRow({ job, now }: { job: JobState; now: string }) {
  const { name, title, last, runningSince, isWaiting, nextAt, isRetry } = job;
  return (
    <ListRow
      state={<OutcomeIcon outcome={last ? last.outcome : "never"} />}
      title={title}
      subtitle={
        isRetry ? (
          <>
            Tried again <Time at={nextAt} now={now} />
          </>
        ) : (
          <>
            Next <Time at={nextAt} now={now} />
          </>
        )
      }
      actions={<RunButton name={name} title={title} />}
    >
      <RowLine>
        {last ? (
          <span className="min-w-0 break-words">
            {last.outcome === "failed" ? `Failed: ${last.detail}` : last.detail}
          </span>
        ) : (
          <span className="text-muted">Has not run yet.</span>
        )}
        {runningSince ? (
          <Pill tone="neutral" icon={<Spinner className="size-3.5" />}>
            Running since <Time at={runningSince} now={now} />
          </Pill>
        ) : isWaiting ? (
          <Pill tone="off" icon={<Clock aria-hidden />}>
            Waits for a worker
          </Pill>
        ) : isRetry ? (
          <Pill tone="warn" icon={<RotateCw aria-hidden />}>
            Is tried again
          </Pill>
        ) : null}
      </RowLine>
      {last ? (
        <RowText>
          Last run <Time at={last.startedAt} now={now} />
          {last.tookMs === null ? "" : `, took ${duration(last.tookMs)}`}
          {last.times > 1 ? `; ${last.times} times in a row alike` : ""}
        </RowText>
      ) : null}
    </ListRow>
  );
}
