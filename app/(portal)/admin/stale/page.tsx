import type { Metadata } from "next";
import { LinkButton } from "@/components/button";
import { PageHeader } from "@/components/page-header";
import { requireAdmin } from "@/lib/session";
import { readTab, type SearchParams, StaleScreen } from "../../_stale/stale-screen";

export const metadata: Metadata = { title: "Stale credentials" };

const path = "/admin/stale";

export default async function StalePage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await requireAdmin();
  const isReceipts = (await readTab(searchParams)) === "receipts";
  return (
    <>
      {isReceipts ? (
        <PageHeader
          title="Receipts"
          description="What was removed and revoked, what each code host answered, and whether it is dead there."
          actions={<LinkButton href={path}>Stale credentials</LinkButton>}
        />
      ) : (
        <PageHeader
          title="Stale credentials"
          description="Expired, rejected, long unused, about to be retired by their host, or left behind by an owner who is disabled. Removing can also revoke them at the host."
          actions={<LinkButton href={`${path}?tab=receipts`}>Receipts</LinkButton>}
        />
      )}
      <StaleScreen actor={actor} scope={{ type: "all" }} path={path} searchParams={searchParams} />
    </>
  );
}
