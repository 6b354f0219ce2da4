import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { LinkButton } from "@/components/button";
import { requireActor } from "@/lib/session";
import { readTab, type SearchParams, StaleScreen } from "../../../_stale/stale-screen";
import { loadTeam, TeamFrame } from "../team-frame";

export const metadata: Metadata = { title: "A team's stale credentials" };

export default async function TeamStalePage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>;
  searchParams: SearchParams;
}) {
  const actor = await requireActor();
  const { id } = await params;
  // For those who run the team; to members there is no such page.
  if (!(await loadTeam(actor, id)).mayManage) notFound();
  const path = `/teams/${id}/stale`;
  const isReceipts = (await readTab(searchParams)) === "receipts";
  return (
    <TeamFrame actor={actor} teamId={id} current="stale">
      <div className="mb-4 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <p className="text-muted max-w-2xl">
          {isReceipts
            ? "What was removed and revoked, what each code host answered, and whether it is dead there."
            : "Expired, rejected, long unused, or about to be retired by their host. Removing can also revoke them there."}
        </p>
        <LinkButton href={isReceipts ? path : `${path}?tab=receipts`}>
          {isReceipts ? "Stale credentials" : "Receipts"}
        </LinkButton>
      </div>
      <StaleScreen actor={actor} scope={{ type: "team", id }} path={path} searchParams={searchParams} />
    </TeamFrame>
  );
}
