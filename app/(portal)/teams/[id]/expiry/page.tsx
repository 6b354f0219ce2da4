import type { Metadata } from "next";
import { requireActor } from "@/lib/session";
import { LedgerActions, LedgerScreen, type SearchParams } from "../../../_ledger/screen";
import { TeamFrame } from "../team-frame";

export const metadata: Metadata = { title: "A team's expiry" };

export default async function TeamExpiryPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>;
  searchParams: SearchParams;
}) {
  const actor = await requireActor();
  const { id } = await params;
  const path = `/teams/${id}/expiry`;
  return (
    <TeamFrame actor={actor} teamId={id} current="expiry">
      <div className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <p className="text-muted max-w-xl">When the team's credentials end. Replace each before its day.</p>
        <div className="flex flex-wrap gap-2">
          <LedgerActions of={`team:${id}`} what="the team's credentials end" path={path} searchParams={searchParams} />
        </div>
      </div>
      <LedgerScreen
        actor={actor}
        scope={{ type: "team", id }}
        path={path}
        addPath={`/teams/${id}/credentials`}
        searchParams={searchParams}
      />
    </TeamFrame>
  );
}
