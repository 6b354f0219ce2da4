import type { Adapter } from "../adapter";
import { normaliseBitbucketDataCenterUrl } from "./base-url";
import { bitbucketDataCenterCredentialTypes } from "./credential-types";
import { bitbucketDataCenterGuideVersions, guideBitbucketDataCenter } from "./guide";
import { identifyBitbucketDataCenter } from "./identify";
import { probeBitbucketDataCenter } from "./probe";
import { recogniseBitbucketDataCenter } from "./recognise";
import { bitbucketDataCenterRevocation } from "./revoke";
import { bitbucketDataCenterRotation } from "./rotate";
import { bitbucketDataCenterScopes } from "./scopes";
import { bitbucketDataCenterSsh } from "./ssh";
import { verifyBitbucketDataCenter } from "./verify";

/**
 * Bitbucket Data Center and Bitbucket Server, also below a context path. Written for 5.5 to 10.x. Nothing outside /rest
 * and /scm is asked: elsewhere tokens do not count, and a password sent there may lock the account.
 */
export const bitbucketDataCenter: Adapter = {
  kind: "bitbucket-data-center",
  name: "Bitbucket Data Center",
  credentialTypes: bitbucketDataCenterCredentialTypes,
  scopes: bitbucketDataCenterScopes,
  normaliseBaseUrl: normaliseBitbucketDataCenterUrl,
  origins: (baseUrl) => [new URL(baseUrl).origin],
  guideVersions: bitbucketDataCenterGuideVersions,
  guide: guideBitbucketDataCenter,
  recognise: recogniseBitbucketDataCenter,
  identify: identifyBitbucketDataCenter,
  verify: verifyBitbucketDataCenter,
  repositoryExample: "PROJECT/repository",
  probe: probeBitbucketDataCenter,
  /**
   * A person's token goes with that person's name. Tokens of projects and repositories have none and are documented for
   * Bearer only; newer releases take them as the password of x-token-auth.
   */
  gitCredential: ({ type, token, fields }, account) => {
    if (type === "password") return { username: fields.username ?? "", password: token, expiresAt: null };
    const owner = type === "http-access-token" && account && !account.isBot ? account.login : null;
    return { username: owner ?? "x-token-auth", password: token, expiresAt: null };
  },
  ssh: bitbucketDataCenterSsh,
  /** A site may limit each user to 60 requests and five more a second (rate limiting, off by default); a check has six. */
  pace: { concurrent: 2, everyMs: 200 },
  revoke: bitbucketDataCenterRevocation,
  rotate: bitbucketDataCenterRotation,
  /** Tokens keep their end, which is told; Bitbucket retires no kind of them. */
  sunsets: [],
};
