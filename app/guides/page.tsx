import { ChevronRight } from "lucide-react";
import type { Metadata } from "next";
import { HostIcon } from "@/components/host-icon";
import { List, ListRow } from "@/components/list";
import { PageHeader } from "@/components/page-header";
import { listGuides } from "@/lib/guides/read-guide";

export const metadata: Metadata = { title: "Guides" };

export default function GuidesPage() {
  return (
    <>
      <PageHeader
        title="How to make a token"
        description="Step by step for every kind of code host, with the scopes that the tools of this portal need."
      />
      <List label="Kinds of code host">
        {listGuides().map(({ kind, name, types }) => (
          <ListRow
            key={kind}
            icon={<HostIcon kind={kind} />}
            title={name}
            href={`/guides/${kind}`}
            actions={<ChevronRight aria-hidden className="text-muted size-4" />}
          >
            <p className="text-muted">{types.join(", ")}</p>
          </ListRow>
        ))}
      </List>
    </>
  );
}
