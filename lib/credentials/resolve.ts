import type { Actor, Owner } from "../authz";
import { database, type Permit } from "../db";
import type { Prisma } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import { databaseNow } from "./clock";
import { authoriseOwner, ownerOf } from "./owner";

/**
 * Whose credential a tool gets for a person on a code host: theirs, else their teams' by the teams' names, else the
 * site's. What cannot be used is passed over, and each step says why; what site admins allow on a code host goes before
 * everything. Nothing here is opened.
 */
export interface Resolution {
  chosen: Chosen | null;
  /** In the order of asking, up to the one that is used. */
  trace: ResolutionStep[];
}

export interface Chosen {
  id: string;
  owner: Owner;
  /** Of the team that owns it; null: a person's or the site's. */
  teamName: string | null;
  login: string | null;
}

export interface ResolutionStep {
  source: "own" | "team" | "site";
  /** Null: there was none to look at. */
  credentialId: string | null;
  verdict: "used" | "skipped";
  /** A sentence. */
  why: string;
}

export interface Candidate extends Prisma.CredentialGetPayload<{ select: typeof CANDIDATE_COLUMNS }> {}

export interface ResolutionHost {
  id: string;
  name: string;
  baseUrl: string;
  /** may, must or must-not: whether people use the global credential here. */
  globalUse: string;
}

export interface ResolvedPerson {
  name: string;
  isDisabled: boolean;
  teamCount: number;
}

const CANDIDATE_COLUMNS = {
  id: true,
  codeHostId: true,
  ownerId: true,
  teamId: true,
  accountLogin: true,
  outcome: true,
  rejectedAt: true,
  expiresAt: true,
  sealedFor: true,
  team: { select: { name: true } },
} as const satisfies Prisma.CredentialSelect;

const DEAD = ["rejected", "expired", "revoked", "blocked"];

/** Pure: `candidates` are the person's own, their teams' and the site's on this host, in any order. */
export function resolve(
  person: ResolvedPerson,
  host: ResolutionHost,
  candidates: readonly Candidate[],
  now: Date,
): Resolution {
  const trace: ResolutionStep[] = [];
  const skip = (source: ResolutionStep["source"], why: string, candidate?: Candidate) =>
    trace.push({ source, credentialId: candidate?.id ?? null, verdict: "skipped", why });
  if (person.isDisabled) {
    skip("own", `${person.name} is disabled, so tools get no credential for them.`);
    return { chosen: null, trace };
  }
  for (const source of ["own", "team", "site"] as const) {
    const found = candidatesOf(source, candidates);
    const forbidden = forbids(host, source);
    if (found.length === 0 || forbidden !== null) {
      skip(source, forbidden ?? nothingSentence(source, person, host), forbidden === null ? undefined : found[0]);
      continue;
    }
    for (const candidate of found) {
      const name = nameOf(candidate, person);
      const trouble = troubleOf(candidate, host, now);
      if (trouble === null) {
        trace.push({ source, credentialId: candidate.id, verdict: "used", why: `${name} is used.` });
        return { chosen: choose(candidate), trace };
      }
      skip(source, `${name} ${trouble}.`, candidate);
    }
  }
  return { chosen: null, trace };
}

/** Why it cannot be used, to follow its name; null when it can. */
function troubleOf(candidate: Candidate, host: ResolutionHost, now: Date): string | null {
  if (candidate.sealedFor !== host.baseUrl) return `was entered for another address of ${host.name}`;
  if (candidate.outcome === "expired" || (candidate.expiresAt && candidate.expiresAt <= now)) return "has ended";
  if (candidate.rejectedAt || DEAD.includes(candidate.outcome)) return `is not accepted by ${host.name}`;
  return null;
}

function choose(candidate: Candidate): Chosen {
  return {
    id: candidate.id,
    owner: ownerOf(candidate),
    teamName: candidate.team?.name ?? null,
    login: candidate.accountLogin,
  };
}

function candidatesOf(source: ResolutionStep["source"], candidates: readonly Candidate[]): Candidate[] {
  const found = candidates.filter((candidate) => sourceOf(candidate) === source);
  return found.toSorted(
    (a, b) =>
      (a.team?.name ?? "").localeCompare(b.team?.name ?? "", "en") || (a.teamId ?? "").localeCompare(b.teamId ?? ""),
  );
}

function sourceOf({ ownerId, teamId }: Candidate): ResolutionStep["source"] {
  if (ownerId !== null) return "own";
  return teamId === null ? "site" : "team";
}

/** What site admins set for the host, as a sentence, where it forbids this source. */
function forbids({ name, globalUse }: ResolutionHost, source: ResolutionStep["source"]): string | null {
  if (globalUse === "must" && source !== "site")
    return `Site admins let tools use only the global credential on ${name}.`;
  if (globalUse === "must-not" && source === "site") {
    return `Site admins do not let tools use the global credential for people on ${name}.`;
  }
  return null;
}

function nothingSentence(source: ResolutionStep["source"], person: ResolvedPerson, { name }: ResolutionHost): string {
  if (source === "own") return `${person.name} has no credential for ${name}.`;
  if (source === "site") return `There is no global credential for ${name}.`;
  return person.teamCount === 0
    ? `${person.name} is in no team.`
    : `No team of ${person.name} has a credential for ${name}.`;
}

function nameOf({ ownerId, team }: Candidate, person: ResolvedPerson): string {
  if (ownerId !== null) return `The own credential of ${person.name}`;
  return team ? `The credential of the team ${team.name}` : "The global credential";
}

/** For one person and one host: whoever may see the person's credentials may know which is used. */
export async function resolveCredential(
  actor: Actor,
  { userId, codeHostId }: { userId: string; codeHostId: string },
): Promise<Result<Resolution>> {
  const permit = await authoriseOwner(
    actor,
    "credential.list",
    { type: "user", id: userId },
    { type: "owner", id: userId },
  );
  if (!permit.ok) return permit;
  const db = database(permit.value);
  const select = { id: true, name: true, baseUrl: true, globalUse: true };
  const [host, now] = await Promise.all([
    db.codeHost.findUnique({ where: { id: codeHostId }, select }),
    databaseNow(db),
  ]);
  if (!host) return fail("not-found", "There is no such code host. It may have been removed.");
  const { person, candidates } = await findCandidates(permit.value, userId, [host.id]);
  if (!person) return fail("not-found", "There is no such user any more. Reload the page.");
  return ok(resolve(person, host, candidates, now));
}

/** All that `resolve` needs for a person on these hosts, in one set of queries however many hosts there are. */
export async function findCandidates(
  permit: Permit<"credential.list">,
  userId: string,
  codeHostIds: readonly string[],
): Promise<{ person: ResolvedPerson | null; candidates: Candidate[] }> {
  const db = database(permit);
  const on = { codeHostId: { in: [...codeHostIds] } };
  const [person, own, teams, site] = await Promise.all([
    db.user.findUnique({
      where: { id: userId },
      select: { name: true, disabledAt: true, _count: { select: { teams: true } } },
    }),
    db.credential.findMany({ where: { ownerId: userId, ...on }, select: CANDIDATE_COLUMNS }),
    db.credential.findMany({ where: { team: { members: { some: { userId } } }, ...on }, select: CANDIDATE_COLUMNS }),
    findSiteCandidates(permit, codeHostIds),
  ]);
  return {
    person: person && { name: person.name, isDisabled: person.disabledAt !== null, teamCount: person._count.teams },
    candidates: [...own, ...teams, ...site],
  };
}

/** The global ones: everybody may be told that they are there and whose account it is. */
export async function findSiteCandidates(
  permit: Permit<"credential.list">,
  codeHostIds: readonly string[],
): Promise<Candidate[]> {
  return await database(permit).credential.findMany({
    where: { ownerId: null, teamId: null, codeHostId: { in: [...codeHostIds] } },
    select: CANDIDATE_COLUMNS,
  });
}
