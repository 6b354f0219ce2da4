import { Download, ScrollText, SearchX } from "lucide-react";
import type { Metadata } from "next";
import { buttonClass, LinkButton } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { Notice } from "@/components/notice";
import { PageHeader } from "@/components/page-header";
import { Pager } from "@/components/pager";
import { auditActions } from "@/lib/audit-log/describe-entry";
import { listAuditEntries } from "@/lib/audit-log/list-audit-entries";
import { requireAdmin } from "@/lib/session";
import { AuditEntries } from "./audit-entries";
import { AuditFilters } from "./audit-filters";
import { ChainHead } from "./chain-head";
import { readAuditQuery } from "./read-query";

export const metadata: Metadata = { title: "Audit log" };

const path = "/admin/audit";
type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function AuditPage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await requireAdmin();
  const params = await searchParams;
  const read = (name: string) => (typeof params[name] === "string" ? params[name] : null);
  const filter = readAuditQuery(read);
  const page = await listAuditEntries(actor, filter, { olderThan: read("after"), newerThan: read("before") });
  const query = new URLSearchParams(filter).toString();
  const href = (place: Record<string, string>) => `${path}?${new URLSearchParams({ ...filter, ...place })}`;
  return (
    <>
      <PageHeader
        title="Audit log"
        description="Who did what, and what was refused. Entries cannot be changed, and each is chained to the one before."
        actions={
          // An ordinary link: a prefetched one would be an export.
          <a href={`${path}/export${query ? `?${query}` : ""}`} download className={buttonClass("secondary")}>
            <Download aria-hidden className="size-4" />
            Export{query ? " these" : ""}
          </a>
        }
      />
      <AuditFilters key={query} filter={filter} actions={auditActions} clear={query ? path : null} />
      {!page.ok ? (
        <Notice tone="bad" actions={<LinkButton href={path}>Show everything</LinkButton>}>
          {Object.values(page.error.fields ?? {})[0] ?? page.error.message}
        </Notice>
      ) : page.value.entries.length > 0 ? (
        <>
          <AuditEntries entries={page.value.entries} now={new Date().toISOString()} />
          <Pager
            note={range(page.value.entries)}
            previous={page.value.newer ? href({ before: page.value.newer }) : undefined}
            next={page.value.older ? href({ after: page.value.older }) : undefined}
          />
        </>
      ) : query ? (
        <EmptyState
          icon={<SearchX aria-hidden />}
          title="No entry found"
          action={<LinkButton href={path}>Show everything</LinkButton>}
        >
          Nothing in the log fits this filter.
        </EmptyState>
      ) : (
        <EmptyState icon={<ScrollText aria-hidden />} title="Nothing in the log yet" />
      )}
      {page.ok && page.value.head ? <ChainHead head={page.value.head} /> : null}
    </>
  );
}

function range(entries: { seq: string }[]): string {
  return `Entries ${entries.at(-1)?.seq} to ${entries[0]?.seq}`;
}
