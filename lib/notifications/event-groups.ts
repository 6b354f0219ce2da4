import type { EventName } from "./event";

/**
 * What people choose about: events that mean the same to them stand in one group. What needs somebody is mailed unless
 * they chose otherwise; that something went well is shown in the portal only.
 */
export const scopes = ["own", "team", "site"] as const;
/** Of a credential: one's own, a team's, or the site's. */
export type Scope = (typeof scopes)[number];

export const groupNames = ["rejected", "ending", "trouble", "done"] as const;
export type GroupName = (typeof groupNames)[number];

export interface Group {
  title: string;
  /** One sentence: when it is told. */
  when: string;
  byMail: boolean;
  /** Mailed at once; otherwise with the next daily mail. */
  atOnce: boolean;
}

export const groups: Record<GroupName, Group> = {
  rejected: {
    title: "Rejected by the code host",
    when: "The code host no longer accepts a token. Two checks have confirmed it.",
    byMail: true,
    atOnce: true,
  },
  ending: {
    title: "Ends soon, or has ended",
    when: "30, 14, 7, 3 and 1 days before the end, on the day, and the day after.",
    byMail: true,
    atOnce: false,
  },
  trouble: {
    title: "Could not be rotated or revoked",
    when: "A rotation failed, or a removed token still works at its code host.",
    byMail: true,
    atOnce: false,
  },
  done: {
    title: "Rotated or revoked",
    when: "A rotation or a revocation went well.",
    byMail: false,
    atOnce: false,
  },
};

const groupOfEvent: Record<EventName, GroupName> = {
  "credential.rejected": "rejected",
  "credential.ending": "ending",
  "credential.ended": "ending",
  "credential.rotation-failed": "trouble",
  "credential.still-alive": "trouble",
  "credential.rotated": "done",
  "credential.revoked": "done",
};

export function groupOf(event: EventName): GroupName {
  return groupOfEvent[event];
}

/** Nobody switches off that a global credential is rejected: the tools of the whole site stand still. */
export function isLocked(group: GroupName, scope: Scope): boolean {
  return group === "rejected" && scope === "site";
}
