import { Leaf, SearchX } from "lucide-react";
import { Suspense } from "react";
import { LinkButton } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { Notice } from "@/components/notice";
import { Toolbar } from "@/components/page-header";
import { Pager } from "@/components/pager";
import { SearchField } from "@/components/search-field";
import { SegmentedFilter } from "@/components/segmented-filter";
import { SkeletonRows } from "@/components/skeleton";
import type { Actor } from "@/lib/authz";
import type { Scope } from "@/lib/revocations/scope";
import { type StaleReason, staleReasons } from "@/lib/stale/judge-stale";
import { listStale, type StalePage } from "@/lib/stale/list-stale";
import { Radar } from "./radar";
import { Receipts } from "./receipts";
import { StaleList } from "./stale-list";
import { REASONS } from "./wording";

/*
 * Stale credentials of everybody, or of one team, and the receipts of those that were removed. The page's header stands at
 * once; the rest streams in, each part by itself.
 */
export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

interface ScreenProps {
  actor: Actor & { type: "user" };
  scope: Scope;
  path: string;
  searchParams: SearchParams;
}

export async function StaleScreen(props: ScreenProps) {
  const query = readQuery(await props.searchParams);
  const { actor, scope, path } = props;
  if (query.tab === "receipts") {
    return (
      <Suspense fallback={<SkeletonRows rows={4} label="Loading receipts" />}>
        <Receipts actor={actor} scope={scope} path={path} after={query.after} />
      </Suspense>
    );
  }
  return (
    <>
      <Suspense fallback={null}>
        <Radar actor={actor} scope={scope} />
      </Suspense>
      <Suspense fallback={<SkeletonRows rows={5} label="Loading stale credentials" />}>
        <Stale {...props} query={query} />
      </Suspense>
    </>
  );
}

/** Which of the two views the address asks for. */
export async function readTab(searchParams: SearchParams): Promise<"stale" | "receipts"> {
  return readQuery(await searchParams).tab;
}

type Query = ReturnType<typeof readQuery>;

function readQuery(params: Awaited<SearchParams>) {
  const text = (name: string) => (typeof params[name] === "string" ? params[name].slice(0, 200) : "");
  const tab: "stale" | "receipts" = text("tab") === "receipts" ? "receipts" : "stale";
  return {
    tab,
    search: text("q"),
    reason: staleReasons.find((reason) => reason === text("why")) ?? null,
    after: text("after") || null,
    before: text("before") || null,
  };
}

async function Stale({ actor, scope, path, query }: ScreenProps & { query: Query }) {
  const page = await listStale(actor, scope, query);
  if (!page.ok) {
    return (
      <Notice tone="bad" actions={<LinkButton href={path}>Show all</LinkButton>}>
        {page.error.message}
      </Notice>
    );
  }
  const { rows, counts, next, previous, staleAfterDays, now } = page.value;
  return (
    <>
      <Toolbar>
        <SearchField label="Find a code host or an owner" />
        <SegmentedFilter label="By reason" items={filterItems(path, query, counts)} />
      </Toolbar>
      <StaleList
        rows={rows}
        scope={scope.type === "all" ? "all" : `team:${scope.id}`}
        now={now}
        staleAfterDays={staleAfterDays}
        empty={<NothingHere query={query} path={path} staleAfterDays={staleAfterDays} />}
      />
      <Pager
        note={`${counts.all.toLocaleString("en")} stale`}
        previous={previous ? link(path, query, { before: previous }) : undefined}
        next={next ? link(path, query, { after: next }) : undefined}
      />
    </>
  );
}

/** Those that have some, and the one that is chosen. */
function filterItems(path: string, query: Query, counts: StalePage["counts"]) {
  const item = (reason: StaleReason | null, label: string, count: number) => ({
    label,
    count,
    href: link(path, { ...query, reason }),
    current: query.reason === reason,
  });
  const some = staleReasons.filter((reason) => counts[reason] > 0 || reason === query.reason);
  return [item(null, "All", counts.all), ...some.map((reason) => item(reason, REASONS[reason], counts[reason]))];
}

function link(path: string, { search, reason }: Query, place: Record<string, string> = {}): string {
  const params = new URLSearchParams(place);
  if (search) params.set("q", search);
  if (reason) params.set("why", reason);
  return params.size > 0 ? `${path}?${params}` : path;
}

function NothingHere(props: { query: Query; path: string; staleAfterDays: number | null }) {
  const { query, path, staleAfterDays } = props;
  if (query.search || query.reason || query.after || query.before) {
    return (
      <EmptyState
        icon={<SearchX aria-hidden />}
        title="Nothing found"
        action={<LinkButton href={path}>Show all</LinkButton>}
      >
        No stale credential here fits this filter.
      </EmptyState>
    );
  }
  const unused = staleAfterDays === null ? "" : `, or unused for ${staleAfterDays} days`;
  return (
    <EmptyState icon={<Leaf aria-hidden />} title="Nothing is stale">
      No credential has expired, is rejected, about to be retired by its host, left behind by its owner{unused}.
    </EmptyState>
  );
}
