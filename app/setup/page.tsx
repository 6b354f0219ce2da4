import type { Metadata } from "next";
import { AuthShell } from "@/components/auth-shell";
import { Notice } from "@/components/notice";
import { TextLink } from "@/components/text-link";
import { currentActor } from "@/lib/session";
import { isSetUpLink } from "@/lib/set-up";
import { SetUpForm } from "./set-up-form";

export const metadata: Metadata = { title: "Set up" };

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function SetUpPage({ searchParams }: { searchParams: SearchParams }) {
  const { token } = await searchParams;
  if (typeof token !== "string" || !(await isSetUpLink(await currentActor(), token))) {
    return (
      <AuthShell name="Forgepass" title="This link does not work any more">
        <Notice>
          Was the portal set up already? Then <TextLink href="/sign-in">sign in</TextLink>. If not, start the server
          again: it prints a new link.
        </Notice>
      </AuthShell>
    );
  }
  return (
    <AuthShell
      name="Forgepass"
      title="Make this portal yours"
      description="You become its first site admin: you choose the code hosts and invite the others."
    >
      <SetUpForm token={token} />
    </AuthShell>
  );
}
