import { setTimeout } from "node:timers/promises";
import type { Accepted, Account, Connection, Entered, Refusal, Verdict, VerifyStep } from "../adapter";
import { isSendable } from "../answer";
import { findTransportError } from "../http";
import { globalOrigin } from "./base-url";
import { openClient, type Reply } from "./client";
import { type Evidence, inferScopes } from "./infer";
import { openProgress } from "./progress";
import { madeIn } from "./recognise";
import { type Asked, globalTokensEnded, isTurnedAway, refuseReply } from "./refusals";
import {
  isList,
  isMissing,
  type Repository,
  readConnection,
  readGit,
  readProjects,
  readRepositories,
  readUserData,
  releaseName,
  retryAfter,
} from "./told";

/**
 * Asks Azure DevOps about a token: whose it is, and a few read-only questions from whose answers its scopes follow.
 * When it ends is never told. An answer that proves nothing is neither accepted nor rejected.
 */
export type Kind = "azure-devops" | "azure-devops-server";

type Client = ReturnType<typeof openClient>;

export async function verifyAzureDevops(
  kind: Kind,
  host: Connection,
  { token }: Entered,
  report: (step: VerifyStep) => void,
): Promise<Verdict> {
  if (!isSendable(token)) return unsendable();
  const asked: Asked = { baseUrl: host.baseUrl, kind, token };
  const progress = openProgress(report);
  const client = openClient(host, token);

  const everywhere = kind === "azure-devops" ? askEverywhere(client, host.baseUrl) : Promise.resolve(null);
  const [connection, projects, code, work] = await Promise.all([
    client.connection().then((reply) => {
      const identity = readConnection(reply);
      if (identity?.kind === "known") progress.account(identity.account);
      return reply;
    }),
    client.projects(),
    askCode(client).then((answered) => {
      const release = client.release();
      if (release) progress.reachable(kind === "azure-devops" ? null : (releaseName(release.max)?.version ?? null));
      return answered;
    }),
    client.get("/_apis/wit/workitemrelationtypes?api-version=1.0"),
  ]);
  // In an organization with thousands of repositories the whole list is more than the transport takes.
  const project = isTooLarge(code.repositories) ? readProjects(projects)?.[0] : undefined;
  const asking = project ? await askCode(client, project.id) : code;
  const evidence: Evidence = { projects, work, ...asking };
  const account = identify(connection, evidence);
  if (account === null) return refuseConnection(connection, asked);

  const { scopes, absent, notes } = inferScopes(evidence);
  // Nice to know, and not worth a long wait.
  const isEverywhere = await Promise.race([everywhere, setTimeout(500, null, { ref: false })]);
  const verdict: Accepted = {
    ok: true,
    account: account === "unnamed" ? null : account,
    scopes,
    absent,
    expiry: { known: false },
    type: "pat",
    notes: [
      ...(account === "unnamed" ? ["Azure DevOps does not tell this token whose it is."] : []),
      ...notes,
      ...notesOnAge(token.reveal()),
      ...(kind === "azure-devops" ? notesOnReach(isEverywhere, scopes) : []),
      ...(retryAfter([connection, projects, work, asking.repositories])
        ? ["Azure DevOps is slowing this account down, because its tools ask too much."]
        : []),
    ],
  };
  progress.finish(verdict);
  return verdict;
}

/** Null: nothing shows that the token is good. Unnamed: it is, but whose it is was not told. */
function identify(connection: Reply, { projects, repositories }: Evidence): Account | "unnamed" | null {
  const identity = readConnection(connection);
  if (identity) return identity.kind === "known" ? identity.account : null;
  if (!isTurnedAway(connection)) return null;
  // That every scope may ask who it is, is unconfirmed.
  const named = [connection, projects, repositories].map(readUserData).find((account) => account !== null);
  return named ?? (isList(projects) || isList(repositories) ? "unnamed" : null);
}

function refuseConnection(connection: Reply, asked: Asked): Refusal {
  const identity = readConnection(connection);
  if (identity?.kind !== "anonymous") return refuseReply(connection, asked);
  const message = "Azure DevOps does not know this token: it answered as to anybody. Copy it again, or make a new one.";
  return { ok: false, reason: "rejected", message, hostSaid: identity.said, url: null, retryAt: null };
}

type Code = Pick<Evidence, "repositories" | "statuses" | "push" | "repository">;

async function askCode(client: Client, project?: string): Promise<Code> {
  const repositories = await client.repositories(project);
  const rows = readRepositories(repositories);
  const repository = rows?.find(({ isDisabled }) => isDisabled !== true) ?? null;
  const [push, statuses] = await Promise.all([
    repository ? askPush(client, repository) : ("unknown" as const),
    isTurnedAway(repositories) ? askStatuses(client) : null,
  ]);
  return { repositories, repository, push, statuses };
}

/** How a push begins, which changes nothing. Azure DevOps refuses already here an account that may not (TF401027). */
async function askPush(client: Client, { name, project }: Repository) {
  return readGit(await client.gitRefs(project.name, name, "git-receive-pack"), "git-receive-pack");
}

const nowhere = "/_apis/git/repositories/00000000-0000-0000-0000-000000000000";

/**
 * Reading statuses takes vso.code or vso.code_status. Of a repository that is not there, "not found" shows that the
 * scope was enough, but only where the scope is looked at first: the list of refs, which takes vso.code alone, tells.
 */
async function askStatuses(client: Client): Promise<"yes" | "no" | null> {
  const [statuses, refs] = await Promise.all([
    client.get(`${nowhere}/commits/${"0".repeat(40)}/statuses?api-version=2.1`),
    client.get(`${nowhere}/refs?api-version=1.0`),
  ]);
  if (!isTurnedAway(refs)) return null;
  return isMissing(statuses) ? "yes" : isTurnedAway(statuses) ? "no" : null;
}

function isTooLarge(reply: Reply): boolean {
  return "thrown" in reply && findTransportError(reply.thrown)?.reason === "too-large";
}

/** Profiles are not an organization's: a token for one organization is turned away there. Null: cannot be told. */
async function askEverywhere(client: Client, baseUrl: string): Promise<boolean | null> {
  const reply = await client.getElsewhere(`${globalOrigin(baseUrl)}/_apis/profile/profiles/me?api-version=7.1`);
  if (!("answer" in reply)) return null;
  const { status, json } = reply.answer;
  if (status === 200) return typeof (json as { id?: unknown } | null | undefined)?.id === "string" ? true : null;
  return isTurnedAway(reply) ? false : null;
}

function notesOnReach(isEverywhere: boolean | null, scopes: readonly string[]): string[] {
  if (isEverywhere) {
    const verb = globalTokensEnded() ? "should have stopped" : "stops";
    return [
      `This token is for all organizations and ${verb} working on 1 December 2026. Make one for this organization.`,
    ];
  }
  if (globalTokensEnded()) return [];
  // Whoever may read code may read the profile, so that only its organization can be why it was turned away.
  if (isEverywhere === false && scopes.some((id) => id.startsWith("vso.code") && id !== "vso.code_status")) return [];
  return [
    "If this token is for all accessible organizations, it stops working on 1 December 2026. Then make one for this organization.",
  ];
}

function notesOnAge(token: string): string[] {
  const month = madeIn(token);
  return month ? [`The token shows that it was made about ${month}. It lives for a year at most.`] : [];
}

export function unsendable(): Refusal {
  const message = "An Azure DevOps token holds no spaces and no special characters. Copy it again.";
  return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
}
