import { Webhook } from "lucide-react";
import type { Metadata } from "next";
import { EmptyState } from "@/components/empty-state";
import { List } from "@/components/list";
import { Notice } from "@/components/notice";
import { PageHeader } from "@/components/page-header";
import { TextLink } from "@/components/text-link";
import { events } from "@/lib/notifications/event";
import { requireAdmin } from "@/lib/session";
import { listWebhooks } from "@/lib/webhooks/list-webhooks";
import { AddWebhookButton } from "./webhook-dialog";
import { WebhookRow } from "./webhook-row";

export const metadata: Metadata = { title: "Webhooks" };

export default async function WebhooksPage() {
  const listed = await listWebhooks(await requireAdmin());
  return (
    <>
      <PageHeader
        title="Webhooks"
        description="Other programs are told what happens to credentials: a chat channel, a pager, a script of yours."
        actions={<AddWebhookButton words={events} />}
      />
      {!listed.ok ? (
        <Notice tone="bad">{listed.error.message}</Notice>
      ) : listed.value.webhooks.length === 0 ? (
        <EmptyState icon={<Webhook aria-hidden />} title="No webhooks yet">
          Add the address of a receiver. It gets a signed message when a token is about to end, is rejected or was
          rotated.
        </EmptyState>
      ) : (
        <List label="Webhooks">
          {listed.value.webhooks.map((webhook) => (
            <WebhookRow key={webhook.id} webhook={webhook} words={events} now={listed.value.now} />
          ))}
        </List>
      )}
      <p className="text-muted mt-4 text-sm">
        Messages have the form of{" "}
        <TextLink href="https://www.standardwebhooks.com" external>
          Standard Webhooks
        </TextLink>
        , so there is a library that checks the signature in most languages. They hold no secret. A receiver should
        check the signature, and answer within 10 seconds.
      </p>
    </>
  );
}
