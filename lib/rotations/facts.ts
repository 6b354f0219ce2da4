import { adapterFor } from "../hosts/registry";
import type { Tx } from "../prisma";
import type { CodeHost, Rotation } from "../prisma-client/client";
import { nextRotation } from "./due";
import { type RotationState, UNDER_WAY } from "./rotation";
import { ROTATION_COLUMNS, rotateSupport, wantedEnd } from "./subject";

/**
 * What the screens show of a credential's rotation: whether it can be rotated, how, when it is by itself, and how the
 * last one stands. Nothing is asked of any host, and no secret is in it.
 */
export interface RotationFacts {
  /** Why it cannot be rotated now, and what to do instead; null: it can. */
  refusal: string | null;
  /** Both can be valid for a while. */
  overlaps: boolean;
  /** The account's password is asked for each time, so that it never rotates by itself and keeps no old one. */
  needsPassword: boolean;
  rotateDays: number | null;
  overlapDays: number;
  /** What the days are counted from: backwards from its end, or from when it was entered. */
  countedFrom: "end" | "making";
  /** When it is next rotated by itself; null: never, or not while `refusal` stands. */
  nextAt: string | null;
  /** When a successor is to end; null: as the present one. */
  wantedEnd: string | null;
  /** The latest, while it matters. */
  last: LastRotation | null;
}

export interface LastRotation {
  state: RotationState;
  isUnderWay: boolean;
  startedAt: string;
  retireAt: string | null;
  detail: string | null;
  hostSaid: string | null;
}

const FAILURE_SHOWN_MS = 7 * 86_400_000;
/** What a person was refused within the same request they have read. */
const SEEN_WITHIN_MS = 45_000;

const LAST_COLUMNS = {
  state: true,
  reason: true,
  startedAt: true,
  endedAt: true,
  retireAt: true,
  detail: true,
  hostSaid: true,
  fromVersion: true,
} as const;

/** By credential; only those whose kind of host can rotate. */
export async function findRotationFacts(
  db: Tx,
  credentialIds: readonly string[],
  { maxLifetimeDays, now }: { maxLifetimeDays: number | null; now: Date },
): Promise<Map<string, RotationFacts>> {
  if (credentialIds.length === 0) return new Map();
  const found = await db.credential.findMany({
    where: { id: { in: [...credentialIds] } },
    select: {
      ...ROTATION_COLUMNS,
      codeHost: true,
      owner: { select: { disabledAt: true } },
      rotations: {
        select: LAST_COLUMNS,
        orderBy: { startedAt: "desc" },
        take: 1,
      },
    },
  });
  const facts = found.flatMap(({ codeHost: host, owner, rotations, ...row }) => {
    const adapter = adapterFor(host.kind);
    if (!adapter?.rotate) return [];
    const support = rotateSupport(
      { row, host: host as CodeHost, adapter, isOwnerDisabled: owner?.disabledAt != null },
      now,
    );
    const last = rotations[0] && describeLast(rotations[0], row.version, now);
    const end = wantedEnd(row, maxLifetimeDays, now);
    const told: RotationFacts = {
      refusal: support.ok ? null : support.error.message,
      overlaps: adapter.rotate.overlaps,
      needsPassword: adapter.rotate.password === "always",
      rotateDays: row.rotateDays,
      overlapDays: row.overlapDays,
      countedFrom: row.expiresAt === null ? "making" : "end",
      nextAt: support.ok && row.rotateDays !== null ? nextRotation(row, row.rotateDays).toISOString() : null,
      wantedEnd: end?.toISOString() ?? null,
      last: last ?? null,
    };
    return [[row.id, told] as const];
  });
  return new Map(facts);
}

function describeLast(
  rotation: Pick<Rotation, keyof typeof LAST_COLUMNS>,
  version: number,
  now: Date,
): LastRotation | null {
  const state = rotation.state as RotationState;
  const isUnderWay = UNDER_WAY.includes(state);
  const isRecent = now.getTime() - rotation.startedAt.getTime() < FAILURE_SHOWN_MS;
  const isOfThis = state === "done" ? rotation.fromVersion + 1 === version : rotation.fromVersion === version;
  const { startedAt, endedAt, retireAt, detail, hostSaid, reason } = rotation;
  const isSeen = state === "failed" && reason === "person" && Number(endedAt) - Number(startedAt) < SEEN_WITHIN_MS;
  if (!isUnderWay && (isSeen || !isRecent || !isOfThis)) return null;
  return {
    ...{ state, isUnderWay, detail, hostSaid },
    startedAt: startedAt.toISOString(),
    retireAt: retireAt?.toISOString() ?? null,
  };
}
