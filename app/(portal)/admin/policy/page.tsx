import type { Metadata } from "next";
import { Suspense } from "react";
import { Notice } from "@/components/notice";
import { PageHeader } from "@/components/page-header";
import { SkeletonRows } from "@/components/skeleton";
import { findBreaking } from "@/lib/policy/find-breaking";
import { readPolicy } from "@/lib/policy/read-policy";
import { requireAdmin, type SignedInActor } from "@/lib/session";
import { BreakingList } from "./breaking-list";
import { PolicyForm } from "./policy-form";

export const metadata: Metadata = { title: "Policy" };

export default async function PolicyPage() {
  const actor = await requireAdmin();
  const policy = await readPolicy(actor);
  return (
    <>
      <PageHeader
        title="Policy"
        description="What tokens this site wants. A rule stops what is added or replaced from now on; what is stored already keeps working and is marked for its owner."
      />
      {policy.ok ? (
        <PolicyForm key={JSON.stringify(policy.value)} {...policy.value}>
          <Suspense fallback={<SkeletonRows rows={2} label="Looking for credentials that break the policy" />}>
            <Now actor={actor} />
          </Suspense>
        </PolicyForm>
      ) : (
        <Notice tone="bad">{policy.error.message}</Notice>
      )}
    </>
  );
}

async function Now({ actor }: { actor: SignedInActor }) {
  const breaking = await findBreaking(actor);
  return breaking.ok ? (
    <BreakingList title="What breaks the policy now" breaking={breaking.value} />
  ) : (
    <Notice tone="bad">{breaking.error.message}</Notice>
  );
}
