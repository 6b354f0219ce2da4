import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, change, database, type Permit } from "../db";
import { parse } from "../input";
import { fail, ok, type Result } from "../result";
import { type GroupName, groupNames, groups, isLocked, type Scope, scopes } from "./event-groups";

/**
 * Of what a person wants to be told, and how. Everybody chooses for themselves, and only about what concerns them: their
 * own credentials, those of teams that they maintain, and the site's for its admins. What is locked stays on.
 */
export interface Choice {
  group: GroupName;
  scope: Scope;
  inPortal: boolean;
  byMail: boolean;
  isLocked: boolean;
}

export interface Choices {
  choices: Choice[];
  /** Without mail settings nothing is mailed, whatever is chosen. */
  isMailSetUp: boolean;
}

export async function listChoices(actor: Actor): Promise<Result<Choices>> {
  const permit = await authorise(actor, "notification.manage", { id: idOf(actor) });
  if (!permit.ok) return permit;
  const db = database(permit.value);
  const [rows, settings] = await Promise.all([
    db.notificationChoice.findMany({ where: { userId: idOf(actor) } }),
    db.mailSettings.count(),
  ]);
  const choices = scopesOf(permit.value).flatMap((scope) =>
    groupNames.map((group): Choice => {
      const row = rows.find((one) => one.event === group && one.scope === scope);
      const locked = isLocked(group, scope);
      return {
        group,
        scope,
        inPortal: locked || (row?.inPortal ?? true),
        byMail: locked || (row?.byMail ?? groups[group].byMail),
        isLocked: locked,
      };
    }),
  );
  return ok({ choices, isMailSetUp: settings > 0 });
}

const input = z.strictObject({
  group: z.enum(groupNames, "Choose one of the events."),
  scope: z.enum(scopes, "Choose whose credentials."),
  inPortal: z.boolean("Choose on or off."),
  byMail: z.boolean("Choose on or off."),
});

export async function choose(actor: Actor, given: z.input<typeof input>): Promise<Result<Choice>> {
  const permit = await authorise(actor, "notification.manage", { id: idOf(actor) });
  if (!permit.ok) return permit;
  const parsed = parse(input, given);
  if (!parsed.ok) return parsed;
  const { group, scope, inPortal, byMail } = parsed.value;
  if (!scopesOf(permit.value).includes(scope)) {
    return fail("forbidden", "You are not told of these credentials. Reload the page.");
  }
  if (isLocked(group, scope)) {
    return fail("conflict", "That a global credential is rejected is always told to site admins, here and by mail.");
  }
  const key = { userId: idOf(actor), event: group, scope };
  await change(permit.value, async (tx) => {
    await tx.notificationChoice.upsert({
      where: { userId_event_scope: key },
      create: { ...key, inPortal, byMail },
      update: { inPortal, byMail },
    });
    const target = { type: "user", id: key.userId, label: actor.type === "user" ? actor.email : null };
    const details = { group, scope, inPortal, byMail };
    return { value: null, audit: { action: "notification.choose", target, outcome: "ok", details } };
  });
  return ok({ ...parsed.value, isLocked: false });
}

/** Which credentials this person is told of. */
function scopesOf({ actor }: Permit): Scope[] {
  if (actor.type !== "user") return [];
  const isMaintainer = actor.teams.some(({ role }) => role === "MAINTAINER");
  return ["own", ...(isMaintainer ? (["team"] as const) : []), ...(actor.role === "ADMIN" ? (["site"] as const) : [])];
}

function idOf(actor: Actor): string {
  return actor.type === "user" ? actor.id : "";
}
