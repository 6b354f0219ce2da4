import { redirect } from "next/navigation";
import { requireActor } from "@/lib/session";
import { loadTeam } from "./team-frame";

/** A team's address leads to its credentials. */
export default async function TeamPage({ params }: { params: Promise<{ id: string }> }) {
  const team = await loadTeam(await requireActor(), (await params).id);
  redirect(`/teams/${team.id}/credentials`);
}
