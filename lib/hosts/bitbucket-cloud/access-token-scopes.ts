import { closure } from "../scopes";
import { bitbucketCloudScopes } from "./scopes";

/**
 * What to tick for an access token: the fewest old names that cover the required new ones, and as little besides as
 * Bitbucket's vocabulary allows. Runs in the browser too.
 */

/** What access tokens can carry at all, and what their page calls it (support.atlassian.com, access token permissions). */
const offered: Readonly<Record<string, string>> = {
  repository: "Repositories: Read",
  "repository:write": "Repositories: Write",
  "repository:admin": "Repositories: Admin",
  "repository:delete": "Repositories: Delete",
  pullrequest: "Pull requests: Read",
  "pullrequest:write": "Pull requests: Write",
  project: "Projects: Read",
  "project:admin": "Projects: Admin",
  webhook: "Webhooks: Read and write",
  pipeline: "Pipelines: Read",
  "pipeline:write": "Pipelines: Write",
  "pipeline:variable": "Pipelines: Edit variables",
  runner: "Runners: Read",
  "runner:write": "Runners: Write",
};

/** Only these know projects. Workspace tokens offer `account` too, which is no use to a token without a user. */
const onlyFor: Readonly<Record<string, readonly string[]>> = {
  project: ["workspace-token", "project-token"],
  "project:admin": ["workspace-token", "project-token"],
};

/** @returns the page's words, and the required scopes that no access token of this type can have */
export function ticksFor(required: readonly string[], type: string): { ticks: string[]; beyond: string[] } {
  const candidates = Object.keys(offered)
    .filter((id) => (onlyFor[id] ?? [type]).includes(type))
    .map((id) => ({ id, includes: closure(bitbucketCloudScopes, [id], type).proven }))
    .sort((left, right) => left.includes.size - right.includes.size);
  const open = new Set(required.filter((scope) => candidates.some(({ includes }) => includes.has(scope))));
  const chosen: typeof candidates = [];
  // The narrowest first; what a wider one brings along is dropped again.
  for (const candidate of candidates) {
    if (![...candidate.includes].some((scope) => open.has(scope))) continue;
    chosen.push(candidate);
    for (const scope of candidate.includes) open.delete(scope);
  }
  const kept = chosen.filter(({ id }) => !chosen.some((other) => other.id !== id && other.includes.has(id)));
  const covered = new Set(kept.flatMap(({ includes }) => [...includes]));
  return {
    ticks: kept.map(({ id }) => offered[id] ?? id),
    beyond: required.filter((scope) => !covered.has(scope)),
  };
}
