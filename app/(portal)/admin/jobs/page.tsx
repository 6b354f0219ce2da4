import { Activity } from "lucide-react";
import type { Metadata } from "next";
import { LinkButton } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { HostIcon } from "@/components/host-icon";
import { List, ListRow } from "@/components/list";
import { Notice } from "@/components/notice";
import { PageHeader } from "@/components/page-header";
import { Pager } from "@/components/pager";
import { StateIcon } from "@/components/state-icon";
import { Time } from "@/components/time";
import { type BackgroundWork, type PausedHost, readBackgroundWork } from "@/lib/jobs/background-work";
import { listRuns } from "@/lib/jobs/list-runs";
import { requireAdmin } from "@/lib/session";
import { JobRow } from "./job-row";
import { KeepFresh } from "./keep-fresh";
import { TryButton } from "./run-buttons";
import { RunLog } from "./run-log";

export const metadata: Metadata = { title: "Background work" };

const path = "/admin/jobs";
type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function JobsPage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await requireAdmin();
  const params = await searchParams;
  const read = (name: string) => (typeof params[name] === "string" ? params[name] : null);
  const [work, log] = await Promise.all([
    readBackgroundWork(actor),
    listRuns(actor, { olderThan: read("after"), newerThan: read("before") }),
  ]);
  return (
    <>
      <PageHeader
        title="Background work"
        description="What the portal does by itself: what ran, how it ended, and what comes next."
      />
      {!work.ok ? (
        <Notice tone="bad">{work.error.message}</Notice>
      ) : (
        <>
          <Silence work={work.value} />
          <List label="Background work">
            {work.value.jobs.map((job) => (
              <JobRow key={job.name} job={job} now={work.value.now} />
            ))}
          </List>
          {work.value.paused.length > 0 ? <Paused hosts={work.value.paused} now={work.value.now} /> : null}
          {work.value.jobs.some(({ isWaiting, runningSince }) => isWaiting || runningSince) ? <KeepFresh /> : null}
        </>
      )}
      <h2 className="mt-10 mb-3 font-semibold">Log</h2>
      {!log.ok ? (
        <Notice tone="bad" actions={<LinkButton href={path}>Show the newest</LinkButton>}>
          {log.error.message}
        </Notice>
      ) : log.value.runs.length === 0 ? (
        <EmptyState icon={<Activity aria-hidden />} title="Nothing has run yet">
          The first runs are here as soon as a worker is at work.
        </EmptyState>
      ) : (
        <>
          <RunLog runs={log.value.runs} now={log.value.now} />
          <Pager
            previous={log.value.newer ? `${path}?before=${log.value.newer}` : undefined}
            next={log.value.older ? `${path}?after=${log.value.older}` : undefined}
          />
        </>
      )}
    </>
  );
}

/** Nobody works: what is waited for does not happen. */
function Silence({ work: { workers, lastSignAt, place, now } }: { work: BackgroundWork }) {
  if (workers > 0) return null;
  return (
    <Notice tone="warn" title="No worker is at work" className="mb-4">
      <p>
        {lastSignAt ? (
          <>
            The last sign of one was <Time at={lastSignAt} now={now} />.{" "}
          </>
        ) : (
          "None has been seen yet. "
        )}
        {place === "elsewhere"
          ? "This server leaves the work to others: start one with npm run worker, or set FORGEPASS_JOBS to here."
          : "This server has lost its connection to the database for a moment, or is starting. Reload the page in a minute; if this stays, look into the log and restart the server."}
      </p>
    </Notice>
  );
}

function Paused({ hosts, now }: { hosts: readonly PausedHost[]; now: string }) {
  return (
    <section aria-labelledby="paused" className="mt-10">
      <h2 id="paused" className="mb-1 font-semibold">
        Paused code hosts
      </h2>
      <p className="text-muted mb-3">
        They limit us, or did not answer several times in a row. Checks of their credentials wait; others do not.
      </p>
      <List label="Paused code hosts">
        {hosts.map(({ id, kind, name, until, reason }) => (
          <ListRow
            key={id}
            state={<StateIcon state="warn" label="Paused" />}
            icon={<HostIcon kind={kind} />}
            title={name}
            subtitle={
              <>
                Paused; goes on <Time at={until} now={now} />
              </>
            }
            actions={<TryButton id={id} name={name} />}
          >
            <p className="text-muted">{reason}</p>
          </ListRow>
        ))}
      </List>
    </section>
  );
}
