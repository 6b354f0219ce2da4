"use server";
import { refresh } from "next/cache";
import { z } from "zod";
import { fail, type Result } from "@/lib/result";
import { currentActor } from "@/lib/session";
import { checkSshKey } from "@/lib/ssh-keys/check";
import { parseKeyPoint } from "@/lib/ssh-keys/input";
import { listSshKeys } from "@/lib/ssh-keys/list";
import { makeSshKey } from "@/lib/ssh-keys/make";
import { nameSshUser } from "@/lib/ssh-keys/name-ssh-user";
import { regenerateSshKey } from "@/lib/ssh-keys/regenerate";
import type { SshKeyPoint, SshKeySummary } from "@/lib/ssh-keys/ssh-key";
import { type Uploaded, uploadSshKey } from "@/lib/ssh-keys/upload";

/** Which key: `owner` is "me", "site" or a user's id. */
export interface KeyPoint {
  owner: string;
  credentialId: string;
  use: SshKeyPoint["use"];
}

export async function listSshKeysAction(point: Omit<KeyPoint, "use">) {
  return await withPoint({ ...point, use: "git" }, (actor, at) => listSshKeys(actor, at));
}

export async function makeSshKeyAction(point: KeyPoint, sameAsGit = false): Promise<Result<SshKeySummary>> {
  return await changing(point, (actor, at) => makeSshKey(actor, at, { sameAsGit: sameAsGit === true }));
}

export async function uploadSshKeyAction(point: KeyPoint): Promise<Uploaded> {
  return await changing(point, uploadSshKey);
}

export async function checkSshKeyAction(point: KeyPoint): Promise<Result<SshKeySummary>> {
  return await changing(point, checkSshKey);
}

export async function regenerateSshKeyAction(point: KeyPoint): ReturnType<typeof regenerateSshKey> {
  return await changing(point, regenerateSshKey);
}

export async function nameSshUserAction(point: KeyPoint, sshUser: string): Promise<Result<SshKeySummary>> {
  const parsed = z.string().max(200).safeParse(sshUser);
  if (!parsed.success) return fail("invalid-input", "Copy the user name that the host shows for this key.");
  return await changing(point, (actor, at) => nameSshUser(actor, { ...at, sshUser: parsed.data }));
}

type Actor = Awaited<ReturnType<typeof currentActor>>;

async function changing<R extends { ok: boolean }>(
  point: KeyPoint,
  work: (actor: Actor, point: SshKeyPoint) => Promise<R>,
) {
  const result = await withPoint(point, work);
  refresh();
  return result;
}

async function withPoint<R extends { ok: boolean }>(
  point: KeyPoint,
  work: (actor: Actor, point: SshKeyPoint) => Promise<R>,
) {
  const actor = await currentActor();
  if (actor.type !== "user") return fail("signed-out", "Sign in to go on.");
  const input = parseKeyPoint(point, actor.id);
  return input.ok ? await work(actor, input.value) : input;
}
