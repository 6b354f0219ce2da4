import type { Metadata } from "next";
import { PageHeader } from "@/components/page-header";
import { requireActor } from "@/lib/session";
import { LedgerActions, LedgerScreen, type SearchParams } from "../../_ledger/screen";

export const metadata: Metadata = { title: "Expiry" };

const path = "/settings/expiry";

export default async function OwnExpiryPage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await requireActor();
  return (
    <>
      <PageHeader
        title="Expiry"
        description="When your credentials end. Replace each before its day, and no tool stops."
        actions={<LedgerActions of="me" what="your credentials end" path={path} searchParams={searchParams} />}
      />
      <LedgerScreen
        actor={actor}
        scope={{ type: "user", id: actor.id }}
        path={path}
        addPath="/settings/credentials"
        searchParams={searchParams}
      />
    </>
  );
}
