import type { Adapter } from "../adapter";
import { normaliseGerritUrl } from "./base-url";
import { gerritGuideVersions, guideGerrit } from "./guide";
import { identifyGerrit } from "./identify";
import { probeGerrit } from "./probe";
import { gerritCredentialTypes, recogniseGerrit } from "./recognise";
import { gerritRevocation } from "./revoke";
import { gerritScopes } from "./scopes";
import { gerritSsh } from "./ssh";
import { verifyGerrit } from "./verify";

/** Gerrit, also below a path. Written for 2.14 to 3.13; older ones take Digest, which is said where it is met. */
export const gerrit: Adapter = {
  kind: "gerrit",
  name: "Gerrit",
  credentialTypes: gerritCredentialTypes,
  scopes: gerritScopes,
  normaliseBaseUrl: normaliseGerritUrl,
  origins: (baseUrl) => [new URL(baseUrl).origin],
  guideVersions: gerritGuideVersions,
  guide: guideGerrit,
  recognise: recogniseGerrit,
  identify: identifyGerrit,
  verify: verifyGerrit,
  repositoryExample: "tools/build",
  probe: probeGerrit,
  /** The same pair as for the API, at {base}/a/{project}. */
  gitCredential: (entered, account) => ({
    username: entered.fields.username ?? account?.login ?? "",
    password: entered.token,
    expiresAt: null,
  }),
  ssh: gerritSsh,
  /** Gerrit's core has no limits; a quota plugin may, and answers 429. */
  pace: { concurrent: 2, everyMs: 100 },
  revoke: gerritRevocation,
  /** PUT password.http kills the only password with its answer; whether a token may make tokens is unconfirmed. */
  rotate: null,
  /** HTTP passwords have been deprecated since 3.13, and no release is named that ends them. */
  sunsets: [],
};
