import type { Metadata } from "next";
import { Notice } from "@/components/notice";
import { PageHeader } from "@/components/page-header";
import { readMailState } from "@/lib/mail/mail-state";
import { readMailSettings } from "@/lib/mail/settings";
import { requireAdmin } from "@/lib/session";
import { MailForm } from "./mail-form";
import { MailNotices } from "./mail-notices";
import { TestMailSection } from "./test-mail-section";

export const metadata: Metadata = { title: "Mail" };

export default async function MailPage() {
  const actor = await requireAdmin();
  const [settings, state] = await Promise.all([readMailSettings(actor), readMailState(actor)]);
  return (
    <>
      <PageHeader
        title="Mail"
        description="The server through which people are told by mail. What they want to be told, each chooses."
      />
      {!settings.ok ? (
        <Notice tone="bad">{settings.error.message}</Notice>
      ) : (
        <>
          {state.ok ? (
            <MailNotices state={state.value} isSetUp={settings.value !== null} now={new Date().toISOString()} />
          ) : null}
          <MailForm key={JSON.stringify(settings.value)} settings={settings.value} />
          {settings.value && state.ok ? (
            <TestMailSection to={actor.email} host={settings.value.host} publicUrl={state.value.publicUrl} />
          ) : null}
        </>
      )}
    </>
  );
}
