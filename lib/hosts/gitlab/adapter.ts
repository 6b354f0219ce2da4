import type { Adapter } from "../adapter";
import { normaliseGitlabUrl } from "./base-url";
import { gitlabGuideVersions, guideGitlab } from "./guide";
import { probeGitlab } from "./probe";
import { gitlabCredentialTypes, recogniseGitlab } from "./recognise";
import { gitlabRevocation } from "./revoke";
import { gitlabRotation } from "./rotate";
import { gitlabScopes } from "./scopes";
import { gitlabSsh } from "./ssh";
import { identifyGitlab, verifyGitlab } from "./verify";

/** GitLab.com and self-managed GitLab, also below a relative root. Written for 15.0 to 19.x. */
export const gitlab: Adapter = {
  kind: "gitlab",
  name: "GitLab",
  credentialTypes: gitlabCredentialTypes,
  scopes: gitlabScopes,
  normaliseBaseUrl: normaliseGitlabUrl,
  origins: (baseUrl) => [new URL(baseUrl).origin],
  guideVersions: gitlabGuideVersions,
  guide: guideGitlab,
  recognise: recogniseGitlab,
  identify: identifyGitlab,
  verify: verifyGitlab,
  repositoryExample: "group/project",
  probe: probeGitlab,
  /** Git ignores the user name of access tokens, and OAuth tokens want this one. */
  gitCredential: ({ token }) => ({ username: "oauth2", password: token, expiresAt: null }),
  ssh: gitlabSsh,
  /** GitLab.com: 2000 requests a minute, counted for each user apart (rate limits); a check has three. */
  pace: { concurrent: 4, everyMs: 0 },
  revoke: gitlabRevocation,
  rotate: gitlabRotation,
  /** Whatever ends a token, the default of a year included, is in the end that it tells. */
  sunsets: [],
};
