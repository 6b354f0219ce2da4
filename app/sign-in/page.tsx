import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthShell } from "@/components/auth-shell";
import { Notice } from "@/components/notice";
import { TextLink } from "@/components/text-link";
import { safePath } from "@/lib/safe-path";
import { currentActor } from "@/lib/session";
import { isClaimed } from "@/lib/set-up";
import { SignInForm } from "./sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function SignInPage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await currentActor();
  const callbackUrl = safePath((await searchParams).callbackUrl);
  if (actor.type === "user") redirect(callbackUrl);
  if (!(await isClaimed(actor))) {
    return (
      <AuthShell name="Forgepass" title="Not set up yet">
        <Notice>Open the set-up link that the server printed when it started. It makes the first admin.</Notice>
      </AuthShell>
    );
  }
  return (
    <AuthShell
      name="Forgepass"
      title="Sign in"
      footer={
        <>
          No account, or a forgotten password? Ask a site admin for an invitation.
          <br />
          <TextLink href="/guides">How to make a token</TextLink>
        </>
      }
    >
      <SignInForm callbackUrl={callbackUrl} />
    </AuthShell>
  );
}
