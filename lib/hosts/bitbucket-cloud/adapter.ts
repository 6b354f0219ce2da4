import type { Adapter } from "../adapter";
import { bitbucketCloudOrigins, normaliseBitbucketCloudUrl } from "./base-url";
import { guideBitbucketCloud } from "./guide";
import { identifyBitbucketCloud } from "./identify";
import { probeBitbucketCloud } from "./probe";
import { bitbucketCloudCredentialTypes, recogniseBitbucketCloud } from "./recognise";
import { bitbucketCloudScopes } from "./scopes";
import { bitbucketCloudSsh } from "./ssh";
import { verifyBitbucketCloud } from "./verify";

/** Bitbucket Cloud, the one at bitbucket.org, as it is after the end of app passwords in July 2026. */
export const bitbucketCloud: Adapter = {
  kind: "bitbucket-cloud",
  name: "Bitbucket Cloud",
  credentialTypes: bitbucketCloudCredentialTypes,
  scopes: bitbucketCloudScopes,
  normaliseBaseUrl: normaliseBitbucketCloudUrl,
  origins: bitbucketCloudOrigins,
  guideVersions: [],
  guide: guideBitbucketCloud,
  recognise: recogniseBitbucketCloud,
  identify: identifyBitbucketCloud,
  verify: verifyBitbucketCloud,
  repositoryExample: "workspace/repository",
  probe: probeBitbucketCloud,
  /** Git refuses the e-mail address that the API wants. Of the two names that it takes, this one cannot be renamed. */
  gitCredential: ({ type, token }) => ({
    username: type === "api-token" ? "x-bitbucket-api-token-auth" : "x-token-auth",
    password: token,
    expiresAt: null,
  }),
  ssh: bitbucketCloudSsh,
  pace: { concurrent: 4, everyMs: 0 },
  revoke: null,
  rotate: null,
  sunsets: [],
};
