"use server";
import { refresh } from "next/cache";
import { z } from "zod";
import { parsePoint } from "@/lib/credentials/input";
import { parse } from "@/lib/input";
import { fail, type Result } from "@/lib/result";
import { type Rotated, rotateCredential } from "@/lib/rotations/rotate";
import { type Schedule, setRotationSchedule } from "@/lib/rotations/set-schedule";
import { Secret } from "@/lib/secret";
import { currentActor } from "@/lib/session";
import type { Point } from "../_credentials/actions";

const password = z.string().min(1).max(1000).nullable();

/** @param given the account's password at its code host, used once; null: none */
export async function rotateAction(point: Point, given: string | null = null): Promise<Rotated> {
  const actor = await currentActor();
  if (actor.type !== "user") return fail("signed-out", "Sign in to go on.");
  const input = parsePoint(point, actor.id);
  if (!input.ok) return input;
  const text = password.safeParse(given);
  if (!text.success) return fail("invalid-input", "Enter the password that belongs to the account.");
  const secret = text.data === null ? null : new Secret(text.data);
  const rotated = await rotateCredential(actor, { ...input.value, password: secret });
  refresh();
  return rotated;
}

const schedule = z.strictObject({
  rotateDays: z.number().int().min(1).max(365).nullable(),
  overlapDays: z.number().int().min(0).max(30),
});

export async function setScheduleAction(point: Point, given: Schedule): Promise<Result<Schedule>> {
  const actor = await currentActor();
  if (actor.type !== "user") return fail("signed-out", "Sign in to go on.");
  const input = parsePoint(point, actor.id);
  if (!input.ok) return input;
  const parsed = parse(schedule, given);
  if (!parsed.ok) return parsed;
  const result = await setRotationSchedule(actor, { ...input.value, ...parsed.value });
  refresh();
  return result;
}
