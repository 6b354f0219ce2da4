import { closure } from "../scopes";
import type { Reply } from "./client";
import { isTurnedAway } from "./refusals";
import { azureDevopsScopes } from "./scopes";
import { type GitAnswer, isList, type Repository } from "./told";

/**
 * Azure DevOps never tells a token's scopes, so they are inferred from what it let the token read. Each inference is
 * one-sided: an answer proves a scope, a 401 of Azure DevOps' own to a token that is known rules scopes out, and
 * anything else leaves them open. Scopes by operation are from the published API descriptions.
 */
export interface Evidence {
  /** GET _apis/projects: vso.profile or vso.project. */
  projects: Reply;
  /** GET _apis/git/repositories: vso.code. */
  repositories: Reply;
  /** GET …/statuses of a commit that is not there, for tokens without vso.code; null where it proves nothing. */
  statuses: "yes" | "no" | null;
  /** Git's handshake before a push to `repository`: refused without vso.code_write, and let through proves nothing. */
  push: GitAnswer;
  repository: Repository | null;
  /** GET _apis/wit/workitemrelationtypes: vso.work. */
  work: Reply;
}

export interface Inferred {
  scopes: string[];
  absent: string[];
  notes: string[];
}

export function inferScopes({ projects, repositories, statuses, push, repository, work }: Evidence): Inferred {
  const proven: string[] = [];
  const refuted: string[] = [];

  if (isList(repositories)) proven.push("vso.code");
  // That a handshake which is let through has had the token's scope looked at is unconfirmed: the push itself tells.
  if (push === "no-scope" && isList(repositories)) refuted.push("vso.code_write");
  if (isTurnedAway(repositories)) refuted.push("vso.code");
  if (isTurnedAway(projects)) refuted.push("vso.profile", "vso.project");
  if (statuses === "yes") proven.push("vso.code_status");
  if (statuses === "no") refuted.push("vso.code_status");
  if (isList(work)) proven.push("vso.work");
  if (isTurnedAway(work)) refuted.push("vso.work");

  const has = closure(azureDevopsScopes, proven, "pat").proven;
  const absent = azureDevopsScopes.map(({ id }) => id).filter((id) => !has.has(id) && reaches(id, refuted));
  return { scopes: proven, absent, notes: notesOf({ repositories, push, repository, isProven: proven.length > 0 }) };
}

/** Whoever had it would have had what was refused. */
function reaches(scope: string, refuted: readonly string[]): boolean {
  const included = closure(azureDevopsScopes, [scope], "pat").proven;
  return refuted.some((id) => included.has(id));
}

function notesOf({
  repositories,
  push,
  repository,
  isProven,
}: Pick<Evidence, "repositories" | "push" | "repository"> & { isProven: boolean }): string[] {
  const how = isProven
    ? "Azure DevOps does not tell a token's scopes. These were inferred from what it let the token read."
    : "Azure DevOps does not tell a token's scopes, and let it read nothing from which they can be inferred.";
  if (!isList(repositories) || push === "no-scope") return [how];
  if (!repository) return [how, "The account sees no repository, so whether it may write code cannot be told."];
  const path = `${repository.project.name}/${repository.name}`;
  const why = {
    yes: `A push to ${path} would begin, but whether the token may write code may be looked at only then, so that cannot be told.`,
    "no-permission": `The account itself may not push to ${path}, so whether the token may write code cannot be told.`,
    unknown: `Git gave no clear answer at ${path}, so whether the token may write code cannot be told.`,
  };
  return [how, why[push]];
}
