import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PageHeader } from "@/components/page-header";
import { requireAdmin } from "@/lib/session";
import { findUser } from "@/lib/users/find-user";
import { CredentialsScreen, type SearchParams } from "../../../../_credentials/screen";

export const metadata: Metadata = { title: "A user's credentials" };

export default async function UserCredentialsPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>;
  searchParams: SearchParams;
}) {
  const actor = await requireAdmin();
  const { id } = await params;
  const user = await findUser(actor, id);
  if (!user.ok) notFound();
  return (
    <>
      <PageHeader
        title={`Credentials of ${user.value.name}`}
        description={`Tools act as ${user.value.email} with these. You can check, replace and remove them; nobody can read one back.`}
      />
      <CredentialsScreen
        actor={actor}
        owner={user.value.id}
        path={`/admin/users/${id}/credentials`}
        searchParams={searchParams}
      />
    </>
  );
}
