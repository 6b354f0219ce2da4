import type { Metadata } from "next";
import { PageHeader } from "@/components/page-header";
import { requireActor } from "@/lib/session";
import { EmailForm, NameForm, PasswordForm } from "./profile-forms";

export const metadata: Metadata = { title: "Profile" };

export default async function ProfilePage() {
  const { name, email } = await requireActor();
  return (
    <>
      <PageHeader title="Profile" description="Who you are here, and how you sign in." />
      <NameForm name={name} />
      <EmailForm email={email} />
      <PasswordForm email={email} />
    </>
  );
}
