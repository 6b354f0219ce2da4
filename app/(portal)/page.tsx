import type { Metadata } from "next";
import { Suspense } from "react";
import { PageHeader } from "@/components/page-header";
import { SkeletonRows } from "@/components/skeleton";
import { requireActor } from "@/lib/session";
import { NeedsYou } from "./_home/needs-you";
import { SiteStateSections } from "./_home/site-state";

export const metadata: Metadata = { title: "Home" };

export default async function HomePage() {
  const actor = await requireActor();
  const isAdmin = actor.role === "ADMIN";
  return (
    <>
      <PageHeader
        title="Home"
        description={isAdmin ? "What needs you today, and how this site is." : "What needs you today."}
      />
      <Suspense fallback={<SkeletonRows rows={3} label="Loading what needs you" />}>
        <NeedsYou actor={actor} />
      </Suspense>
      {isAdmin ? (
        <Suspense fallback={<SkeletonRows rows={5} label="Loading the state of the site" />}>
          <SiteStateSections actor={actor} />
        </Suspense>
      ) : null}
    </>
  );
}
