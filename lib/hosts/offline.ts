import type { CredentialType, Guide, GuideRequest, GuideVersion, Recognition } from "./adapter";
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
  /** How a repository is named: owner/name. */
  repositoryExample: string;
  guideVersions: readonly GuideVersion[];
  /** A base URL for guides that are about no code host in particular. */
  exampleUrl: string;
  /** What to type as a code host's address: one sentence. */
  addressHint: string;
  /** The example is where everybody's is, so that links to its pages lead somewhere. */
  isPublic: boolean;
  recognise(token: string): Recognition | null;
  guide(request: GuideRequest): Guide;
}

/** Held against the registry by a test. */
export const offlineKinds: Readonly<Record<string, OfflineKind>> = {
  github: {
    name: "GitHub",
    credentialTypes: githubCredentialTypes,
    repositoryExample: "owner/name",
    guideVersions: [],
    exampleUrl: "https://github.com",
    addressHint: "https://github.com, your enterprise's own address on ghe.com, or your own server.",
    isPublic: true,
    recognise: recogniseGithub,
    guide: guideGithub,
  },
  gitlab: {
    name: "GitLab",
    credentialTypes: gitlabCredentialTypes,
    repositoryExample: "group/project",
    guideVersions: [],
    exampleUrl: "https://gitlab.com",
    addressHint: "https://gitlab.com or your own server, with its path when it is not at the root.",
    isPublic: true,
    recognise: recogniseGitlab,
    guide: guideGitlab,
  },
};

/** Null for a kind that is not, or no longer, known. */
export function offlineKind(kind: string): OfflineKind | null {
  return Object.hasOwn(offlineKinds, kind) ? (offlineKinds[kind] ?? null) : null;
}
