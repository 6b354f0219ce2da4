import { z } from "zod";
import { usedBefore } from "../last-use";
import type { Answer } from "./client";
import { isDenied } from "./codes";

/** What the owner should know of the key itself: its age, the user's other keys, and who else uses it. */
const accessKeys = z.object({
  AccessKeyMetadata: z.array(
    z.object({
      AccessKeyId: z.string(),
      Status: z.string(),
      CreateDate: z.date(),
    }),
  ),
});

const lastUse = z.object({
  AccessKeyLastUsed: z.object({ LastUsedDate: z.date().nullish(), ServiceName: z.string(), Region: z.string() }),
});

/** AWS's own rule of thumb. */
const oldAfterDays = 90;
const most = 2;

export function noteKeys(answer: Answer<unknown> | null, keyId: string): string[] {
  const told = answer?.kind === "answered" ? accessKeys.safeParse(answer.output) : null;
  const keys = told?.success ? told.data.AccessKeyMetadata : [];
  const own = keys.find((key) => key.AccessKeyId === keyId);
  if (!own) return [`${whyUntold(answer)} how old it is and how many keys its user has (iam:ListAccessKeys).`];
  const days = Math.floor((Date.now() - own.CreateDate.getTime()) / 86_400_000);
  const ago = days < 1 ? "today" : days === 1 ? "a day ago" : `${days} days ago`;
  const notes = [`Made on ${day(own.CreateDate)}, ${ago}.`];
  if (days >= oldAfterDays) notes.push("AWS advises to replace access keys every 90 days. This one is older.");
  const inactive = keys.filter((key) => key.Status === "Inactive").length;
  if (keys.length >= most) {
    const count =
      inactive > 0 ? `${keys.length} access keys, ${inactive} of them inactive` : `${keys.length} access keys`;
    notes.push(`Its user has ${count}. AWS allows ${most}, so one has to be deleted before another can be made.`);
  } else {
    notes.push(`Its user has ${keys.length} of the ${most} access keys that AWS allows, inactive ones counted.`);
  }
  return notes;
}

/** Our own checks are uses too. */
const ownServices = ["sts", "iam", "codecommit", "N/A"];

export function noteLastUse(answer: Answer<unknown> | null): string[] {
  const told = answer?.kind === "answered" ? lastUse.safeParse(answer.output) : null;
  if (!told?.success) return [`${whyUntold(answer)} what else uses it (iam:GetAccessKeyLastUsed).`];
  const { LastUsedDate: at, ServiceName: service, Region: region } = told.data.AccessKeyLastUsed;
  // The names are the host's: only what can be one is repeated.
  if (!at || ownServices.includes(service) || !/^[\w.-]{1,40}$/.test(service)) return [];
  const where = /^[\w-]{1,30}$/.test(region) && region !== "N/A" ? ` in ${region}` : "";
  return [
    `Something used this key for ${service}${where} on ${day(at)}. Give each tool a key of its own, and each app its own user.`,
  ];
}

/** When the key was used before this check; null: never. Absent: AWS does not tell. It notes uses some hours late. */
export function readLastUse(answer: Answer<unknown> | null, startedAt: number): { lastUsedAt?: Date | null } {
  const told = answer?.kind === "answered" ? lastUse.safeParse(answer.output) : null;
  if (!told?.success) return {};
  const { LastUsedDate: at, ServiceName: service } = told.data.AccessKeyLastUsed;
  if (at) return usedBefore(at, { headers: {} }, startedAt);
  return service === "N/A" ? { lastUsedAt: null } : {};
}

function whyUntold(answer: Answer<unknown> | null): string {
  return answer && isDenied(answer) ? "This key may not ask" : "AWS did not tell";
}

export function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
