import type { BitbucketToken } from "./bitbucket-cloud-state";

/** Which scopes Bitbucket's endpoints want, and what the old ones include. The new ones include nothing. */
const includes: Record<string, string[]> = {
  "account:write": ["account"],
  project: ["repository"],
  "repository:write": ["repository"],
  pullrequest: ["repository"],
  "pullrequest:write": ["pullrequest", "repository:write"],
  "issue:write": ["issue"],
  "snippet:write": ["snippet"],
  "pipeline:write": ["pipeline"],
  "pipeline:variable": ["pipeline:write"],
  "runner:write": ["runner"],
};

/** An endpoint's scopes: in old names, and the same in new ones. All are needed. */
export interface Wanted {
  old: string[];
  new: string[];
}

export const wanted = {
  user: { old: ["account"], new: ["read:user:bitbucket"] },
  workspaces: { old: ["account"], new: ["read:workspace:bitbucket"] },
  workspace: { old: [], new: ["read:workspace:bitbucket"] },
  repositoryRoles: { old: ["account", "repository"], new: ["read:repository:bitbucket"] },
  repository: { old: ["repository"], new: ["read:repository:bitbucket"] },
  project: { old: ["project"], new: ["read:project:bitbucket"] },
  push: { old: ["repository:write"], new: ["write:repository:bitbucket"] },
  listKeys: { old: ["account"], new: ["read:ssh-key:bitbucket"] },
  addKey: { old: ["account:write"], new: ["read:ssh-key:bitbucket", "write:ssh-key:bitbucket"] },
  removeKey: { old: ["account:write"], new: ["delete:ssh-key:bitbucket"] },
} satisfies Record<string, Wanted>;

/** The names that the token would have to have, in its own vocabulary; empty when it has them. */
export function missingScopes(token: BitbucketToken, endpoint: Wanted): string[] {
  const isNew = token.kind === "api-token";
  const held = new Set(token.scopes);
  if (!isNew) for (const scope of held) for (const one of includes[scope] ?? []) held.add(one);
  const needed = isNew ? endpoint.new : endpoint.old;
  return needed.every((scope) => held.has(scope)) ? [] : needed;
}
