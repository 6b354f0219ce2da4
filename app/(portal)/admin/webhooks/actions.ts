"use server";
import { refresh } from "next/cache";
import type { Result } from "@/lib/result";
import { currentActor } from "@/lib/session";
import {
  addWebhook,
  editWebhook,
  enableWebhook,
  removeWebhook,
  rotateWebhookSecret,
  type WithSecret,
} from "@/lib/webhooks/change-webhook";
import { resendDelivery, type SentNow, sendTest } from "@/lib/webhooks/send-now";
import type { WebhookFields, WebhookSummary } from "@/lib/webhooks/webhook";

export async function addWebhookAction(fields: WebhookFields): Promise<Result<WithSecret>> {
  const result = await addWebhook(await currentActor(), fields);
  if (result.ok) refresh();
  return result;
}

export async function editWebhookAction(input: WebhookFields & { id: string }): Promise<Result<WithSecret>> {
  const result = await editWebhook(await currentActor(), input);
  if (result.ok) refresh();
  return result;
}

export async function rotateWebhookSecretAction(id: string): Promise<Result<WithSecret>> {
  const result = await rotateWebhookSecret(await currentActor(), id);
  if (result.ok) refresh();
  return result;
}

export async function enableWebhookAction(id: string, enabled: boolean): Promise<Result<WebhookSummary>> {
  const result = await enableWebhook(await currentActor(), id, enabled);
  if (result.ok) refresh();
  return result;
}

export async function removeWebhookAction(id: string): Promise<Result<{ name: string }>> {
  const result = await removeWebhook(await currentActor(), id);
  if (result.ok) refresh();
  return result;
}

export async function testWebhookAction(id: string): Promise<Result<SentNow>> {
  const result = await sendTest(await currentActor(), id);
  if (result.ok) refresh();
  return result;
}

export async function resendWebhookDeliveryAction(id: string): Promise<Result<SentNow>> {
  const result = await resendDelivery(await currentActor(), id);
  if (result.ok) refresh();
  return result;
}
