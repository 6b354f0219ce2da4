import type { Metadata } from "next";
import { PageHeader } from "@/components/page-header";
import { requireAdmin } from "@/lib/session";
import { LedgerActions, LedgerScreen, type SearchParams } from "../../_ledger/screen";

export const metadata: Metadata = { title: "Expiry of all credentials" };

const path = "/admin/expiry";

export default async function ExpiryPage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await requireAdmin();
  return (
    <>
      <PageHeader
        title="Expiry"
        description="When credentials end: everybody's, the teams' and the site's."
        actions={
          <LedgerActions of="all" what="any credential of this site ends" path={path} searchParams={searchParams} />
        }
      />
      <LedgerScreen
        actor={actor}
        scope={{ type: "site-all" }}
        path={path}
        addPath="/admin/credentials"
        searchParams={searchParams}
      />
    </>
  );
}
