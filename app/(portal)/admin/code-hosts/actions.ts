"use server";
import { refresh } from "next/cache";
import { addCodeHost } from "@/lib/code-hosts/add-code-host";
import type { CodeHostFailure, CodeHostFields } from "@/lib/code-hosts/code-host";
import { editCodeHost } from "@/lib/code-hosts/edit-code-host";
import { removeCodeHost } from "@/lib/code-hosts/remove-code-host";
import { type ConnectionTest, testConnection } from "@/lib/code-hosts/test-connection";
import type { Result } from "@/lib/result";
import { currentActor } from "@/lib/session";

type Saved = Result<{ name: string }, CodeHostFailure>;

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

export async function removeCodeHostAction(input: { id: string; confirmedCount: number }): Promise<Saved> {
  const result = await removeCodeHost(await currentActor(), input);
  if (result.ok) refresh();
  return result;
}

export async function testConnectionAction(input: { id: string } | CodeHostFields): Promise<Result<ConnectionTest>> {
  return await testConnection(await currentActor(), input);
}
