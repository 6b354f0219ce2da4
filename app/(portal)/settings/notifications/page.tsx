import type { Metadata } from "next";
import { LinkButton } from "@/components/button";
import { Notice } from "@/components/notice";
import { PageHeader } from "@/components/page-header";
import { Section } from "@/components/section";
import { listChoices } from "@/lib/notifications/choices";
import { groups, type Scope, scopes } from "@/lib/notifications/event-groups";
import { requireActor } from "@/lib/session";
import { ChoiceRow } from "./choice-row";

export const metadata: Metadata = { title: "Notification settings" };

const texts: Record<Scope, { title: string; description: string }> = {
  own: { title: "Your own credentials", description: "Tokens that you added for yourself." },
  team: { title: "Your teams' credentials", description: "Those of every team that you maintain." },
  site: { title: "Global credentials", description: "Those of the site, which all tools fall back on." },
};

export default async function NotificationSettingsPage() {
  const actor = await requireActor();
  const listed = await listChoices(actor);
  const isAdmin = actor.role === "ADMIN";
  return (
    <>
      <PageHeader
        title="Notifications"
        description="What you are told, and how. Rejections are mailed at once; everything else comes in one mail a day at most."
        actions={<LinkButton href="/notifications">Show notifications</LinkButton>}
      />
      {!listed.ok ? (
        <Notice tone="bad">{listed.error.message}</Notice>
      ) : (
        <>
          {listed.value.isMailSetUp ? null : (
            <Notice
              tone="warn"
              title="No mail is sent yet"
              className="mb-6"
              actions={isAdmin ? <LinkButton href="/admin/mail">Set up mail</LinkButton> : null}
            >
              {isAdmin
                ? "The portal does not know a mail server. What is chosen here for mail counts from when it does."
                : "A site admin has to set up mail first. What you choose here for mail counts from then on."}
            </Notice>
          )}
          {scopes.map((scope) => {
            const choices = listed.value.choices.filter((choice) => choice.scope === scope);
            if (choices.length === 0) return null;
            return (
              <Section key={scope} title={texts[scope].title} description={texts[scope].description}>
                <ul aria-label={texts[scope].title} className="divide-line border-line -mx-5 -mb-5 divide-y border-t">
                  {choices.map((choice) => (
                    <ChoiceRow
                      key={`${choice.group} ${choice.inPortal} ${choice.byMail}`}
                      choice={choice}
                      title={groups[choice.group].title}
                      when={groups[choice.group].when}
                      whose={texts[scope].title}
                    />
                  ))}
                </ul>
              </Section>
            );
          })}
        </>
      )}
    </>
  );
}
