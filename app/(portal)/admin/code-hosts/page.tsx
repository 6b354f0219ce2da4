import { SearchX, Server } from "lucide-react";
import type { Metadata } from "next";
import { LinkButton } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { List } from "@/components/list";
import { Notice } from "@/components/notice";
import { PageHeader, Toolbar } from "@/components/page-header";
import { Pager } from "@/components/pager";
import { SearchField } from "@/components/search-field";
import { listCodeHosts } from "@/lib/code-hosts/list-code-hosts";
import { adapters, kinds } from "@/lib/hosts/registry";
import { requireAdmin } from "@/lib/session";
import { AddCodeHostButton } from "./code-host-dialogs";
import { CodeHostRow } from "./code-host-row";

export const metadata: Metadata = { title: "Code hosts" };

const path = "/admin/code-hosts";
type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function CodeHostsPage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await requireAdmin();
  const params = await searchParams;
  const text = (name: string) => (typeof params[name] === "string" ? params[name].slice(0, 2000) : null);
  const filter = text("q")?.slice(0, 200) ?? "";
  const listed = await listCodeHosts(actor, { filter, after: text("after"), before: text("before"), limit: 50 });
  const choices = kinds.map((kind) => ({ kind, name: adapters[kind]?.name ?? kind }));
  const href = (place: Record<string, string>) =>
    `${path}?${new URLSearchParams({ ...(filter && { q: filter }), ...place })}`;
  return (
    <>
      <PageHeader
        title="Code hosts"
        description="Where credentials are for. Everyone who signs in can add a token to each of these."
        actions={<AddCodeHostButton kinds={choices} />}
      />
      <Toolbar>
        <SearchField label="Find a code host" />
      </Toolbar>
      {!listed.ok ? (
        <Notice tone="bad" actions={<LinkButton href={path}>Show all</LinkButton>}>
          {listed.error.message}
        </Notice>
      ) : listed.value.codeHosts.length > 0 ? (
        <>
          <List label="Code hosts">
            {listed.value.codeHosts.map((host) => (
              <CodeHostRow key={host.id} host={host} kinds={choices} />
            ))}
          </List>
          <Pager
            note={listed.value.total === 1 ? "1 code host" : `${listed.value.total.toLocaleString("en")} code hosts`}
            previous={listed.value.previous ? href({ before: listed.value.previous }) : undefined}
            next={listed.value.next ? href({ after: listed.value.next }) : undefined}
          />
        </>
      ) : filter ? (
        <EmptyState
          icon={<SearchX aria-hidden />}
          title="No code host found"
          action={<LinkButton href={path}>Show all</LinkButton>}
        >
          No name or address has “{filter}” in it.
        </EmptyState>
      ) : (
        <EmptyState icon={<Server aria-hidden />} title="No code hosts yet">
          Add the first one. People can then add their tokens for it.
        </EmptyState>
      )}
    </>
  );
}
