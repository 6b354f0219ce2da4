"use server";
import { refresh } from "next/cache";
import { changePolicy } from "@/lib/policy/change-policy";
import { type Breaking, findBreaking } from "@/lib/policy/find-breaking";
import type { PolicyInput } from "@/lib/policy/policy-input";
import type { SiteSettings } from "@/lib/policy/site-settings";
import type { Result } from "@/lib/result";
import { currentActor } from "@/lib/session";

export async function changePolicyAction(input: PolicyInput): Promise<Result<SiteSettings>> {
  const result = await changePolicy(await currentActor(), input);
  if (result.ok) refresh();
  return result;
}

/** What would break it, if it were saved. */
export async function previewPolicyAction(input: PolicyInput): Promise<Result<Breaking>> {
  // Null is the policy as it is, which the page shows by itself.
  return await findBreaking(await currentActor(), input ?? ({} as PolicyInput));
}
