import { adapterFor } from "../hosts/registry";
import type { LifecycleEvent } from "./event";

/** A reminder in words: what ends when, which tool used it last, and what to do, as its code host allows. Pure. */
export interface Due {
  id: string;
  codeHostId: string;
  hostName: string;
  kind: string;
  baseUrl: string;
  ownerId: string | null;
  teamId: string | null;
  type: string;
  fields: unknown;
  scopes: string[];
  scopesKnown: boolean;
  prefix: string;
  lastFour: string;
  accountLogin: string | null;
  expiresAt: Date;
  /** Rotated by itself so many days before the end; null: not. */
  rotateDays: number | null;
  /** Name of the consumer that used it last; null: none has. */
  lastUsedBy: string | null;
  /** Whole days to the end's day, UTC; negative when it is over. */
  days: number;
  once: string;
  isOver: boolean;
}

export function describeReminder(due: Due): LifecycleEvent {
  const { id, codeHostId, hostName, kind, ownerId, teamId, accountLogin, lastFour, prefix, expiresAt, days } = due;
  const tokenLabel = lastFour === "" ? "" : `${prefix}…${lastFour}`;
  const mayRotate = canRotate(due);
  const body = [whichAndWhen(due, tokenLabel), usedBy(due), whatToDo(due, mayRotate)];
  return {
    event: due.isOver ? "credential.ended" : "credential.ending",
    credential: { id, codeHostId, hostName, kind, ownerId, teamId, accountLogin, tokenLabel },
    once: due.once,
    title: `The credential for ${hostName} ${due.isOver ? `ended ${ago(-days)}` : `ends ${ahead(days)}`}`,
    body: body.filter((sentence) => sentence !== "").join(" "),
    isToReplace: !mayRotate,
    data: { expiresAt: expiresAt.toISOString(), daysLeft: days },
  };
}

function ahead(days: number): string {
  if (days <= 0) return "today";
  return days === 1 ? "tomorrow" : `in ${days} days`;
}

function ago(days: number): string {
  if (days <= 0) return "today";
  return days === 1 ? "yesterday" : `${days} days ago`;
}

const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "short", timeZone: "UTC" });

/** "The token ghp_…cdef of alice ends on 1 December 2026, 00:00 UTC." */
function whichAndWhen({ accountLogin, expiresAt, isOver }: Due, tokenLabel: string): string {
  const which = ["The token", tokenLabel, accountLogin ? `of ${accountLogin}` : ""].filter(Boolean).join(" ");
  return `${which} ${isOver ? "ended" : "ends"} on ${day.format(expiresAt)}, ${time.format(expiresAt)} UTC.`;
}

function usedBy({ lastUsedBy, isOver }: Due): string {
  if (!lastUsedBy) return "";
  return `${lastUsedBy} used it last${isOver ? "" : " and will be refused from then on"}.`;
}

/** What is over can make no successor any more. */
function canRotate({ kind, baseUrl, type, fields, scopes, scopesKnown, isOver }: Due): boolean {
  const credential = { type, fields: fields as Record<string, string>, scopes: scopesKnown ? scopes : null };
  return !isOver && adapterFor(kind)?.rotate?.refusal(baseUrl, credential) === null;
}

function whatToDo({ hostName, rotateDays }: Due, mayRotate: boolean): string {
  if (!mayRotate) {
    return `Make a new one on ${hostName}, with the page that Forgepass fills in for you, and replace this one.`;
  }
  if (rotateDays === null) return "Rotate it here: its successor takes its place, and the tools go on.";
  const days = `${rotateDays} ${rotateDays === 1 ? "day" : "days"}`;
  return `It is to be rotated by itself ${days} before its end; look whether that went well.`;
}
