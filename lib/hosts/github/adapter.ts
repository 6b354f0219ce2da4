import type { Adapter } from "../adapter";
import { normaliseBaseUrl, originsOf } from "./addresses";
import { gitCredential } from "./client";
import { githubGuideVersions, guideGithub } from "./guide";
import { identifyGithub } from "./identify";
import { probeGithub } from "./probe";
import { githubCredentialTypes, recogniseGithub } from "./recognise";
import { githubRevocation } from "./revoke";
import { githubScopes } from "./scopes";
import { githubSsh } from "./ssh";
import { githubSunsets } from "./sunsets";
import { verifyGithub } from "./verify";

/** GitHub: github.com, GitHub Enterprise Server, and Enterprise Cloud with data residency (*.ghe.com). */
export const github: Adapter = {
  kind: "github",
  name: "GitHub",
  credentialTypes: githubCredentialTypes,
  scopes: githubScopes,
  normaliseBaseUrl,
  origins: originsOf,
  guideVersions: githubGuideVersions,
  guide: guideGithub,
  recognise: recogniseGithub,
  identify: identifyGithub,
  verify: verifyGithub,
  repositoryExample: "owner/name",
  probe: probeGithub,
  gitCredential,
  ssh: githubSsh,
  /** 5000 requests an hour, counted for each user apart (rate limits for the REST API). */
  pace: { concurrent: 4, everyMs: 0 },
  revoke: githubRevocation,
  /** No API makes or renews a personal access token. */
  rotate: null,
  sunsets: githubSunsets,
};
