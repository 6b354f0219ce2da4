import type { Metadata } from "next";
import { Notice } from "@/components/notice";
import { PageHeader } from "@/components/page-header";
import { requireAdmin } from "@/lib/session";
import { CredentialsScreen, type SearchParams } from "../../_credentials/screen";

export const metadata: Metadata = { title: "Global credentials" };

export default async function GlobalCredentialsPage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await requireAdmin();
  return (
    <>
      <PageHeader
        title="Global credentials"
        description="One service account for each code host. Tools act as it for people who have no token of their own."
      />
      <Notice className="mb-5" title="Everyone on this site can use these">
        Give these accounts no more than the tools need.
      </Notice>
      <CredentialsScreen actor={actor} owner="site" path="/admin/credentials" searchParams={searchParams} />
    </>
  );
}
