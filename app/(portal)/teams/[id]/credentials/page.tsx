import type { Metadata } from "next";
import { requireActor } from "@/lib/session";
import { CredentialsScreen, type SearchParams } from "../../../_credentials/screen";
import { TeamFrame } from "../team-frame";

export const metadata: Metadata = { title: "A team's credentials" };

export default async function TeamCredentialsPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>;
  searchParams: SearchParams;
}) {
  const actor = await requireActor();
  const { id } = await params;
  return (
    <TeamFrame actor={actor} teamId={id} current="credentials">
      <p className="text-muted mb-4 max-w-2xl">
        Service accounts of the team. Tools act as them for members who have no token of their own; nobody can read one
        back.
      </p>
      <CredentialsScreen
        actor={actor}
        owner={`team:${id}`}
        path={`/teams/${id}/credentials`}
        searchParams={searchParams}
      />
    </TeamFrame>
  );
}
