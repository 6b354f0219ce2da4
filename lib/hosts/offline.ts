import type { CredentialType, Guide, GuideRequest, Recognition } from "./adapter";
import { guideGithub } from "./github/guide";
import { githubCredentialTypes, recogniseGithub } from "./github/recognise";
import { guideGitlab } from "./gitlab/guide";
import { gitlabCredentialTypes, recogniseGitlab } from "./gitlab/recognise";

/**
 * What is known of each kind of code host without asking it, for browser and server alike: nothing here may need more
 * than a browser has, and a test walks the imports. The adapters hold the same functions.
 */
export interface OfflineKind {
  name: string;
  credentialTypes: readonly CredentialType[];
  recognise(token: string): Recognition | null;
  guide(request: GuideRequest): Guide;
}

/** Held against the registry by a test. */
export const offlineKinds: Readonly<Record<string, OfflineKind>> = {
  github: {
    name: "GitHub",
    credentialTypes: githubCredentialTypes,
    recognise: recogniseGithub,
    guide: guideGithub,
  },
  gitlab: {
    name: "GitLab",
    credentialTypes: gitlabCredentialTypes,
    recognise: recogniseGitlab,
    guide: guideGitlab,
  },
};

/** Null for a kind that is not, or no longer, known. */
export function offlineKind(kind: string): OfflineKind | null {
  return Object.hasOwn(offlineKinds, kind) ? (offlineKinds[kind] ?? null) : null;
}
