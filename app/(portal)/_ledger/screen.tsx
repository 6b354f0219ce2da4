import { CalendarClock, Download, SearchX } from "lucide-react";
import { Suspense } from "react";
import { buttonClass, LinkButton } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { Notice } from "@/components/notice";
import { Pager } from "@/components/pager";
import { SkeletonRows } from "@/components/skeleton";
import { Stat, Stats } from "@/components/stat";
import { listFeeds } from "@/lib/calendar-feeds/manage-feeds";
import { listChoices } from "@/lib/ledger/choices";
import { type LedgerPage, listLedger } from "@/lib/ledger/list-ledger";
import { readTimeline, type Timeline } from "@/lib/ledger/read-timeline";
import type { LedgerScope } from "@/lib/ledger/scope";
import type { SignedInActor } from "@/lib/session";
import { CalendarLinks } from "./calendar-links";
import { LedgerFilters } from "./ledger-filters";
import { LedgerList } from "./ledger-list";
import { type LedgerQuery, ledgerHref, readLedgerQuery } from "./read-query";
import { SubscribeButton } from "./subscribe-button";
import { TimelineCard } from "./timeline-card";

/*
 * What ends when, whoever the owner is: numbers, picture, list. Everything that narrows it stands in the URL.
 */
export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

interface ScreenProps {
  actor: SignedInActor;
  scope: LedgerScope;
  path: string;
  /** Where credentials are added. */
  addPath: string;
  searchParams: SearchParams;
}

export async function LedgerScreen(props: ScreenProps) {
  const params = await props.searchParams;
  const read = (name: string) => (typeof params[name] === "string" ? params[name] : null);
  const query = readLedgerQuery(read);
  const place = { after: read("after"), before: read("before") };
  return (
    <Suspense fallback={<SkeletonRows rows={5} label="Loading what ends when" />}>
      <Ledger {...props} query={query} place={place} />
    </Suspense>
  );
}

interface Place {
  after: string | null;
  before: string | null;
}

async function Ledger({
  actor,
  scope,
  path,
  addPath,
  query,
  place,
}: ScreenProps & { query: LedgerQuery; place: Place }) {
  const [timeline, page, choices, feeds] = await Promise.all([
    readTimeline(actor, scope, query),
    listLedger(actor, scope, query, place),
    listChoices(actor, scope),
    listFeeds(actor),
  ]);
  if (!timeline.ok || !page.ok || !choices.ok) {
    const error = [timeline, page, choices].find((read) => !read.ok)?.error;
    return (
      <Notice tone="bad" actions={<LinkButton href={path}>Show everything</LinkButton>}>
        {Object.values(error?.fields ?? {})[0] ?? error?.message}
      </Notice>
    );
  }
  const isNarrowed = Object.keys(query).length > 0;
  const links = feeds.ok && feeds.value.length > 0 ? <CalendarLinks feeds={feeds.value} now={page.value.now} /> : null;
  if (timeline.value.counts.all === 0 && !isNarrowed) {
    return (
      <>
        <EmptyState
          icon={<CalendarClock aria-hidden />}
          title="There is no credential yet"
          action={<LinkButton href={addPath}>Add credentials</LinkButton>}
        >
          When there are some, this page says which of them end when.
        </EmptyState>
        {links}
      </>
    );
  }
  return (
    <>
      <Numbers counts={timeline.value.counts} path={path} query={query} />
      {hasEnds(timeline.value) ? <TimelineCard timeline={timeline.value} path={path} query={query} /> : null}
      <LedgerFilters
        key={JSON.stringify(query)}
        query={query}
        choices={choices.value}
        withOwner={scope.type === "site-all"}
        clear={isNarrowed ? path : null}
        now={page.value.now}
      />
      <Rows page={page.value} timeline={timeline.value} scope={scope} path={path} query={query} />
      {links}
    </>
  );
}

function hasEnds({ counts: { all, never, notTold } }: Timeline): boolean {
  return all > never + notTold;
}

function Numbers({ counts, path, query }: { counts: Timeline["counts"]; path: string; query: LedgerQuery }) {
  const to = (window: string) => ledgerHref(path, { ...query, window });
  return (
    <Stats>
      <Stat value={counts.ended} tone={counts.ended > 0 ? "bad" : "ink"} href={to("ended")}>
        {counts.ended === 1 ? "has ended" : "have ended"}
      </Stat>
      <Stat value={counts.near} tone={counts.near > 0 ? "warn" : "ink"} href={to("30")}>
        {counts.near === 1 ? "ends" : "end"} within 30 days
      </Stat>
      <Stat value={counts.never} href={to("never")}>
        never {counts.never === 1 ? "ends" : "end"}
      </Stat>
      <Stat value={counts.notTold} href={to("not-told")}>
        without a known end
      </Stat>
    </Stats>
  );
}

function Rows({
  page: { rows, previous, next, now },
  timeline: { counts },
  scope,
  path,
  query,
}: {
  page: LedgerPage;
  timeline: Timeline;
  scope: LedgerScope;
  path: string;
  query: LedgerQuery;
}) {
  if (rows.length === 0) {
    return (
      <EmptyState
        icon={<SearchX aria-hidden />}
        title="Nothing ends there"
        action={
          <LinkButton href={path} scroll={false}>
            Show everything
          </LinkButton>
        }
      >
        No credential fits what you chose.
      </EmptyState>
    );
  }
  return (
    <>
      <LedgerList rows={rows} scope={scope} counts={query.window ? null : counts} now={now} />
      <Pager
        note={`${rows.length.toLocaleString("en")} ${query.window ? "shown" : `of ${counts.all.toLocaleString("en")}`}`}
        previous={previous ? ledgerHref(path, { ...query, before: previous }) : undefined}
        next={next ? ledgerHref(path, { ...query, after: next }) : undefined}
      />
    </>
  );
}

/** The buttons beside the page's name. `of` is "me", "all" or "team:ID". */
export async function LedgerActions({
  of,
  what,
  path,
  searchParams,
}: {
  of: string;
  /** Reads after "When …". */
  what: string;
  path: string;
  searchParams: SearchParams;
}) {
  const params = await searchParams;
  const query = readLedgerQuery((name) => (typeof params[name] === "string" ? params[name] : null));
  return (
    <>
      {/* An ordinary link: a prefetched one would be an export. */}
      <a href={ledgerHref(`${path}/export`, query)} download className={buttonClass("secondary")}>
        <Download aria-hidden className="size-4" />
        Export{Object.keys(query).length > 0 ? " these" : ""}
      </a>
      <SubscribeButton of={of} what={what} />
    </>
  );
}
