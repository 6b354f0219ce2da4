import { Boxes } from "lucide-react";
import type { Metadata } from "next";
import { EmptyState } from "@/components/empty-state";
import { List } from "@/components/list";
import { Notice } from "@/components/notice";
import { PageHeader } from "@/components/page-header";
import { listConsumers } from "@/lib/consumers/list-consumers";
import { adapters, kinds } from "@/lib/hosts/registry";
import { requireAdmin } from "@/lib/session";
import { AddConsumerButton, type KindScopes } from "./consumer-dialog";
import { ConsumerRow } from "./consumer-row";

export const metadata: Metadata = { title: "Consumers" };

export default async function ConsumersPage() {
  const actor = await requireAdmin();
  const listed = await listConsumers(actor);
  const choices: KindScopes[] = kinds.map((kind) => ({
    kind,
    name: adapters[kind]?.name ?? kind,
    scopes: (adapters[kind]?.scopes ?? []).map(({ id, meaning }) => ({ id, meaning })),
  }));
  return (
    <>
      <PageHeader
        title="Consumers"
        description="The tools that use credentials, and the scopes that each needs. Every credential is compared with those that are enabled."
        actions={<AddConsumerButton kinds={choices} />}
      />
      {!listed.ok ? (
        <Notice tone="bad">{listed.error.message}</Notice>
      ) : listed.value.length === 0 ? (
        <EmptyState icon={<Boxes aria-hidden />} title="No consumers yet">
          Add a tool with the scopes that it needs. People are then told what their tokens lack.
        </EmptyState>
      ) : (
        <List label="Consumers">
          {listed.value.map((consumer) => (
            <ConsumerRow key={consumer.id} consumer={consumer} kinds={choices} />
          ))}
        </List>
      )}
    </>
  );
}
