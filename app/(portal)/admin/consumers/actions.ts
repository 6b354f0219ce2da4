"use server";
import { refresh } from "next/cache";
import {
  addConsumer,
  editConsumer,
  enableConsumer,
  removeConsumer,
  resetConsumer,
} from "@/lib/consumers/change-consumer";
import type { ConsumerFields, ConsumerSummary } from "@/lib/consumers/consumer";
import type { Result } from "@/lib/result";
import { currentActor } from "@/lib/session";

export async function addConsumerAction(fields: ConsumerFields): Promise<Result<ConsumerSummary>> {
  const result = await addConsumer(await currentActor(), fields);
  if (result.ok) refresh();
  return result;
}

export async function editConsumerAction(input: ConsumerFields & { id: string }): Promise<Result<ConsumerSummary>> {
  const result = await editConsumer(await currentActor(), input);
  if (result.ok) refresh();
  return result;
}

export async function enableConsumerAction(id: string, enabled: boolean): Promise<Result<ConsumerSummary>> {
  const result = await enableConsumer(await currentActor(), id, enabled);
  if (result.ok) refresh();
  return result;
}

export async function resetConsumerAction(id: string): Promise<Result<ConsumerSummary>> {
  const result = await resetConsumer(await currentActor(), id);
  if (result.ok) refresh();
  return result;
}

export async function removeConsumerAction(id: string): Promise<Result<{ name: string }>> {
  const result = await removeConsumer(await currentActor(), id);
  if (result.ok) refresh();
  return result;
}
