import type { Metadata } from "next";
import { PageHeader } from "@/components/page-header";
import { requireActor } from "@/lib/session";
import { CredentialsScreen, type SearchParams } from "../../_credentials/screen";

export const metadata: Metadata = { title: "Credentials" };

export default async function MyCredentialsPage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await requireActor();
  return (
    <>
      <PageHeader
        title="Credentials"
        description="Your own tokens for each code host. Tools you allow act in your name with them; nobody, not even an admin, can read one back."
      />
      <CredentialsScreen actor={actor} owner="me" path="/settings/credentials" searchParams={searchParams} />
    </>
  );
}
