import { z } from "zod";
import type { Connection, Entered, Probe, Refusal } from "../adapter";
import type { Answer } from "../answer";
import { closure } from "../scopes";
import { ask, authorize } from "./client";
import { readRepository } from "./place";
import { findUnsendable, isAbsent, readLacking, refuse, refuseThrown, refuseUnasked } from "./refusals";
import { bitbucketCloudScopes } from "./scopes";
import { readRepositoryBody, readTold } from "./told";

/**
 * What a token can do to one repository, read-only: is it shown the repository, with which scopes, and, for an API
 * token, in which role. An access token has no role: its scopes are all that it may do.
 */
interface Findings {
  repository: "seen" | "hidden" | "withheld";
  /** With what they imply; null when not told. */
  scopes: ReadonlySet<string> | null;
  /** Null for access tokens. */
  role: "read" | "write" | "unknown" | null;
}

type Row = Extract<Probe, { ok: true }>["abilities"][number];

export async function probeBitbucketCloud(host: Connection, entered: Entered, repository: string): Promise<Probe> {
  const unsendable = findUnsendable(entered);
  if (unsendable) return unsendable;
  const place = readRepository(repository);
  if (!place) return refuseUnasked("Name the repository with its workspace, as in workspace/repository.");
  const { workspace, path } = place;
  const authorization = authorize(entered);
  const quietly = (address: string) => ask(host, authorization, address).catch(() => null);
  const list = `/repositories/${workspace}?role=contributor&q=${encodeURIComponent(`full_name="${path}"`)}`;
  const roles = `/user/workspaces/${workspace}/permissions/repositories?q=${encodeURIComponent(`repository.full_name="${path}"`)}`;
  const isUsers = entered.type === "api-token";
  try {
    const [answer, permission, writable] = await Promise.all([
      ask(host, authorization, `/repositories/${path}`),
      isUsers ? quietly(roles) : null,
      isUsers ? quietly(list) : null,
    ]);
    const seen = judgeVisible(answer);
    if (seen === null) return refuse(answer, { baseUrl: host.baseUrl, entered }) satisfies Refusal;
    const told = readTold(answer).scopes ?? readLacking(answer)?.granted ?? null;
    const scopes = told ? closure(bitbucketCloudScopes, told, entered.type).proven : null;
    const findings: Findings = {
      repository: seen,
      scopes,
      role: isUsers ? readRole(permission, writable, path) : null,
    };
    return { ok: true, repository: path, abilities: [judgeRead(findings), judgePush(findings), judgeStatus(findings)] };
  } catch (error) {
    return refuseThrown(error, host.baseUrl);
  }
}

function judgeVisible(answer: Answer): Findings["repository"] | null {
  if (answer.status === 200 && readRepositoryBody(answer.json)) return "seen";
  if (readLacking(answer)) return "withheld";
  return isAbsent(answer) ? "hidden" : null;
}

const permissionBody = z.object({
  values: z.array(
    z.object({
      permission: z.enum(["none", "read", "write", "admin"]),
      repository: z.object({ full_name: z.string() }),
    }),
  ),
});

const listBody = z.object({ values: z.array(z.object({ full_name: z.string() })) });

/**
 * The role that Bitbucket names, else whether the repository is among those that the account may write to. An empty list
 * of roles says only that none was given by name.
 */
function readRole(permission: Answer | null, writable: Answer | null, path: string): "read" | "write" | "unknown" {
  const isIt = ({ full_name }: { full_name: string }) => full_name.toLowerCase() === path.toLowerCase();
  const named = permission?.status === 200 ? permissionBody.safeParse(permission.json).data : undefined;
  const own = named?.values.find((row) => isIt(row.repository))?.permission;
  if (own === "write" || own === "admin") return "write";
  const listed = writable?.status === 200 ? listBody.safeParse(writable.json).data : undefined;
  if (listed?.values.some(isIt)) return "write";
  return own === "read" || own === "none" || listed ? "read" : "unknown";
}

const unseen = "Bitbucket shows no such repository to this token. Check the name, or give the account access.";
const untold = "Bitbucket does not tell this token's scopes.";

function lacks(deed: string, scope: string): string {
  return `${deed} needs the scope ${scope}.`;
}

function judgeRead({ repository }: Findings): Row {
  if (repository === "seen") return { ability: "read", answer: "yes", why: "Bitbucket shows it the repository." };
  if (repository === "hidden") return { ability: "read", answer: "no", why: unseen };
  return { ability: "read", answer: "no", why: lacks("Reading", "read:repository:bitbucket") };
}

function judgePush({ repository, scopes, role }: Findings): Row {
  const row = (answer: Row["answer"], why: string): Row => ({ ability: "push", answer, why });
  if (repository === "hidden") return row("no", unseen);
  if (scopes && !scopes.has("write:repository:bitbucket")) {
    return row("no", lacks("Pushing", "write:repository:bitbucket"));
  }
  if (role === "read") return row("no", "The account may only read this repository.");
  if (scopes === null) return row("unknown", untold);
  if (repository === "withheld") return row("unknown", "The token may push, but not see whether it may push here.");
  if (role === "unknown") return row("unknown", "Bitbucket does not tell the account's role in this repository.");
  const why = role === "write" ? "The account may write, and so may the token." : "Its scopes let it write here.";
  return row("yes", `${why} Branch restrictions may still refuse.`);
}

/** The scope for setting a build status is one for reading; whether the role must be writing, nobody documents. */
function judgeStatus({ repository, scopes, role }: Findings): Row {
  const row = (answer: Row["answer"], why: string): Row => ({ ability: "status", answer, why });
  if (repository === "hidden") return row("no", unseen);
  if (scopes && !scopes.has("read:repository:bitbucket")) {
    return row("no", lacks("Setting a build status", "read:repository:bitbucket"));
  }
  if (scopes === null) return row("unknown", untold);
  const mayWrite = role === "write" || (role === null && scopes.has("write:repository:bitbucket"));
  if (repository === "seen" && mayWrite) return row("yes", "Its scope is enough, and it may write.");
  return row("unknown", "Its scope is enough. Bitbucket does not say whether who may only read may set a status.");
}
