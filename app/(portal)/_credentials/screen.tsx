import { KeyRound, SearchX } from "lucide-react";
import { type ReactNode, Suspense } from "react";
import { LinkButton } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { List } from "@/components/list";
import { Notice } from "@/components/notice";
import { Toolbar } from "@/components/page-header";
import { SearchField } from "@/components/search-field";
import { SegmentedFilter } from "@/components/segmented-filter";
import { SkeletonRows } from "@/components/skeleton";
import { TextLink } from "@/components/text-link";
import { type Actor, can } from "@/lib/authz";
import { parseOwner } from "@/lib/credentials/input";
import {
  type CredentialList,
  type CredentialListRow,
  type Filter,
  filters,
  listCredentials,
} from "@/lib/credentials/list";
import { adapterFor } from "@/lib/hosts/registry";
import { planRevocation } from "@/lib/revocations/plan-revocation";
import { RemovedSection } from "../_stale/receipts";
import { CredentialRow } from "./credential-row";
import type { RowData } from "./row-data";

/*
 * The credentials screen: one list, whoever the owner is. The page's header stands at once; the list streams in.
 */
const PAGE_SIZE = 25;
const FILTERS: Record<Filter, string> = {
  all: "All",
  works: "Works",
  "needs-you": "Needs you",
  unclear: "Unclear",
  missing: "Missing",
};

export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

interface ScreenProps {
  actor: Actor & { type: "user" };
  /** "me", "site", "team:" and a team's id, or a user's id. */
  owner: string;
  path: string;
  searchParams: SearchParams;
}

export async function CredentialsScreen(props: ScreenProps) {
  const query = readQuery(await props.searchParams);
  return (
    <Suspense fallback={<SkeletonRows rows={5} label="Loading credentials" />}>
      <Credentials {...props} query={query} />
    </Suspense>
  );
}

type Query = ReturnType<typeof readQuery>;

function readQuery(params: Awaited<SearchParams>) {
  const text = (name: string) => (typeof params[name] === "string" ? params[name].slice(0, 200) : "");
  const filter = filters.find((name) => name === text("state")) ?? "all";
  const show = Number.parseInt(text("show"), 10);
  return {
    search: text("q"),
    /** Id of the credential whose dialog is open at once. */
    replacing: text("replace"),
    filter,
    take: Number.isSafeInteger(show) ? Math.min(Math.max(show, PAGE_SIZE), 5000) : PAGE_SIZE,
  };
}

async function Credentials({ actor, owner, path, query }: ScreenProps & { query: Query }) {
  const of = parseOwner(owner, actor.id);
  const mayManage = can(actor, "credential.manage", of);
  const list = await listCredentials(actor, of, query);
  if (!list.ok) return <Notice tone="bad">{list.error.message}</Notice>;
  const { rows, counts, total, now } = list.value;
  return (
    <>
      <Toolbar>
        <SearchField label="Find a code host" resets={["show"]} />
        <SegmentedFilter label="By state" items={filterItems(path, query, counts)} />
      </Toolbar>
      {rows.length > 0 ? (
        <List label="Code hosts">
          {rows.map((row) => (
            <CredentialRow
              key={row.host.id}
              row={row}
              data={rowData(row, owner, { mayManage, replacing: query.replacing })}
              now={now}
            />
          ))}
        </List>
      ) : (
        <NothingHere query={query} counts={counts} path={path} isAdmin={actor.role === "ADMIN"} />
      )}
      {total > rows.length ? (
        <p className="mt-4 flex flex-wrap items-center justify-between gap-3">
          <span className="text-muted tabular-nums">
            {rows.length} of {total} code hosts
          </span>
          <LinkButton href={link(path, { ...query, take: query.take + PAGE_SIZE })} scroll={false}>
            Show {Math.min(PAGE_SIZE, total - rows.length)} more
          </LinkButton>
        </p>
      ) : null}
      <p className="text-muted mt-4 text-sm">
        Is a code host not here?{" "}
        {actor.role === "ADMIN" ? (
          <>
            <TextLink href="/admin/code-hosts">Add it under Code hosts</TextLink>.
          </>
        ) : (
          "A site admin can add it."
        )}{" "}
        <TextLink href="/guides">How tokens are made</TextLink> can be read without an account.
      </p>
      {mayManage ? <RemovedSection actor={actor} owner={of} /> : null}
    </>
  );
}

function filterItems(path: string, query: Query, counts: CredentialList["counts"]) {
  return filters.map((filter) => ({
    label: FILTERS[filter],
    href: link(path, { ...query, filter, take: PAGE_SIZE }),
    count: counts[filter],
    current: filter === query.filter,
  }));
}

function link(path: string, { search, filter, take }: Query): string {
  const params = new URLSearchParams();
  if (search) params.set("q", search);
  if (filter !== "all") params.set("state", filter);
  if (take !== PAGE_SIZE) params.set("show", String(take));
  return params.size > 0 ? `${path}?${params}` : path;
}

function NothingHere({
  query,
  counts,
  path,
  isAdmin,
}: {
  query: Query;
  counts: CredentialList["counts"];
  path: string;
  isAdmin: boolean;
}) {
  if (query.search || query.filter !== "all") {
    const what: ReactNode = query.search ? (
      <>No code host here has “{query.search}” in its name or address.</>
    ) : (
      EMPTY[query.filter]
    );
    return (
      <EmptyState
        icon={<SearchX aria-hidden />}
        title={counts.all > 0 && !query.search ? "None of your code hosts is here" : "Nothing found"}
        action={<LinkButton href={path}>Show all</LinkButton>}
      >
        {what}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<KeyRound aria-hidden />}
      title="There are no code hosts yet"
      action={isAdmin ? <LinkButton href="/admin/code-hosts">Add a code host</LinkButton> : undefined}
    >
      {isAdmin
        ? "Add the code hosts that your tools work on."
        : "A site admin adds them; then you can add your tokens here."}
    </EmptyState>
  );
}

const EMPTY: Record<Filter, string> = {
  all: "",
  works: "No credential is proven to work for all tools.",
  "needs-you": "Nothing needs you.",
  unclear: "Every credential was checked, and its scopes are known.",
  missing: "There is a credential for every code host.",
};

function rowData(
  row: CredentialListRow,
  owner: string,
  { mayManage, replacing }: { mayManage: boolean; replacing: string },
): RowData {
  const { host, credential, required, uses } = row;
  return {
    owner,
    mayManage,
    host: { id: host.id, kind: host.kind, name: host.name, baseUrl: host.baseUrl, gitOverSsh: host.gitOverSsh },
    credential: credential && {
      id: credential.id,
      type: credential.type,
      // Of a password nothing is shown.
      end: credential.prefix || credential.lastFour ? `${credential.prefix}…${credential.lastFour}` : "",
      login: credential.account?.login ?? null,
      fields: Object.fromEntries(credential.fields.map(({ id, value }) => [id, value])),
    },
    revocation:
      credential &&
      planRevocation(host, {
        type: credential.type,
        fields: Object.fromEntries(credential.fields.map(({ id, value }) => [id, value])),
        sealedFor: credential.isMoved ? "" : host.baseUrl,
      }),
    fallback: uses.fallback && { login: uses.fallback.login, teamName: uses.fallback.teamName },
    required,
    canProbe: adapterFor(host.kind)?.probe != null,
    canSign: adapterFor(host.kind)?.ssh.signing !== "none",
    sshKey: row.sshKey,
    needsReplacing: row.state === "bad" || (row.state === "warn" && credential?.outcome === "valid"),
    rotation: row.rotation,
    opensReplacing: mayManage && row.closed === null && credential !== null && credential.id === replacing,
    policy: row.policy,
    closed: row.closed,
  };
}
