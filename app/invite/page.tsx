import type { Metadata } from "next";
import { AuthShell } from "@/components/auth-shell";
import { Notice } from "@/components/notice";
import { TextLink } from "@/components/text-link";
import { currentActor } from "@/lib/session";
import { findInvitation } from "@/lib/users/accept-invitation";
import { InviteForm } from "./invite-form";

export const metadata: Metadata = { title: "Your invitation" };

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function InvitePage({ searchParams }: { searchParams: SearchParams }) {
  const { token } = await searchParams;
  const actor = await currentActor();
  const invitation = typeof token === "string" ? await findInvitation(actor, token) : null;
  if (typeof token !== "string" || !invitation) {
    return (
      <AuthShell name="Forgepass" title="This invitation does not work any more">
        <Notice>
          Did you use it already? Then <TextLink href="/sign-in">sign in</TextLink>. If not, ask the admin who sent it
          for a new one.
        </Notice>
      </AuthShell>
    );
  }
  return (
    <AuthShell
      name="Forgepass"
      title="Make your account"
      description="Then add your tokens for the code hosts that your tools work with."
    >
      {actor.type === "user" ? (
        <Notice tone="warn" className="mb-4">
          You are signed in as {actor.email}. Going on signs you in as {invitation.email} instead.
        </Notice>
      ) : null}
      <InviteForm token={token} email={invitation.email} />
    </AuthShell>
  );
}
