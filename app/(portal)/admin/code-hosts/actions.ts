"use server";
import { refresh } from "next/cache";
import { addCodeHost } from "@/lib/code-hosts/add-code-host";
import type { CodeHostFailure, CodeHostFields, CodeHostSummary } from "@/lib/code-hosts/code-host";
import { editCodeHost } from "@/lib/code-hosts/edit-code-host";
import {
  confirmHostKeys,
  type HostKeyScan,
  type HostKeysSummary,
  scanHostKeys,
  showHostKeys,
} from "@/lib/code-hosts/host-keys";
import { removeCodeHost } from "@/lib/code-hosts/remove-code-host";
import { type ConnectionTest, testConnection } from "@/lib/code-hosts/test-connection";
import { ok, type Result } from "@/lib/result";
import { currentActor } from "@/lib/session";

type Saved = Result<CodeHostSummary, CodeHostFailure>;

export async function addCodeHostAction(fields: CodeHostFields): Promise<Saved> {
  const result = await addCodeHost(await currentActor(), fields);
  if (result.ok) refresh();
  return result;
}

export async function editCodeHostAction(input: Parameters<typeof editCodeHost>[1]): Promise<Saved> {
  const result = await editCodeHost(await currentActor(), input);
  if (result.ok) refresh();
  return result;
}

export async function removeCodeHostAction(input: {
  id: string;
  confirmedCount: number;
}): Promise<Result<{ name: string }, CodeHostFailure>> {
  const result = await removeCodeHost(await currentActor(), input);
  if (result.ok) refresh();
  return result;
}

export async function testConnectionAction(input: { id: string } | CodeHostFields): Promise<Result<ConnectionTest>> {
  return await testConnection(await currentActor(), input);
}

export async function showHostKeysAction(codeHostId: string): Promise<Result<HostKeysSummary>> {
  return await showHostKeys(await currentActor(), codeHostId);
}

/** What the server shows, and what is kept after that: published keys are kept by reading them. */
export async function readHostKeysAction(
  codeHostId: string,
): Promise<Result<{ scan: HostKeyScan; summary: HostKeysSummary }>> {
  const actor = await currentActor();
  const scan = await scanHostKeys(actor, codeHostId);
  if (!scan.ok) return scan;
  refresh();
  const summary = await showHostKeys(actor, codeHostId);
  return summary.ok ? ok({ scan: scan.value, summary: summary.value }) : summary;
}

export async function confirmHostKeysAction(
  input: Parameters<typeof confirmHostKeys>[1],
): Promise<Result<HostKeysSummary>> {
  const result = await confirmHostKeys(await currentActor(), input);
  if (result.ok) refresh();
  return result;
}
