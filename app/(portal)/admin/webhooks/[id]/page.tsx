import { Inbox } from "lucide-react";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { LinkButton } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { List } from "@/components/list";
import { Notice } from "@/components/notice";
import { PageHeader } from "@/components/page-header";
import { Pager } from "@/components/pager";
import { requireAdmin } from "@/lib/session";
import { listDeliveries } from "@/lib/webhooks/list-webhooks";
import { shortUrl } from "../webhook-state";
import { DeliveryRow } from "./delivery-row";
import { SendTestButton } from "./send-test-button";

export const metadata: Metadata = { title: "Delivery log" };

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function DeliveriesPage({ params, searchParams }: Props) {
  const actor = await requireAdmin();
  const [{ id }, query] = await Promise.all([params, searchParams]);
  const place = (name: string) => (typeof query[name] === "string" ? query[name] : null);
  const listed = await listDeliveries(actor, { id, after: place("after"), before: place("before"), limit: 25 });
  const path = `/admin/webhooks/${id}`;
  if (!listed.ok) {
    if (listed.error.code === "not-found") notFound();
    return (
      <Notice tone="bad" actions={<LinkButton href={path}>Show the newest</LinkButton>}>
        {listed.error.message}
      </Notice>
    );
  }
  const { webhook, deliveries, next, previous, now } = listed.value;
  return (
    <>
      <PageHeader
        title={webhook.name}
        description={`What was sent to ${shortUrl(webhook.url)}, newest first. The log goes back thirty days.`}
        actions={
          <>
            <LinkButton href="/admin/webhooks">All webhooks</LinkButton>
            <SendTestButton id={webhook.id} />
          </>
        }
      />
      {webhook.enabled ? null : (
        <Notice tone="warn" className="mb-4">
          It is disabled: nothing is sent to it.
        </Notice>
      )}
      {deliveries.length === 0 ? (
        <EmptyState icon={<Inbox aria-hidden />} title="Nothing was sent yet">
          What happens to a credential from now on stands here. Send a test to see that it works.
        </EmptyState>
      ) : (
        <List label="Deliveries">
          {deliveries.map((delivery) => (
            <DeliveryRow key={delivery.id} delivery={delivery} now={now} />
          ))}
        </List>
      )}
      <Pager
        previous={previous ? `${path}?before=${previous}` : undefined}
        next={next ? `${path}?after=${next}` : undefined}
      />
    </>
  );
}
