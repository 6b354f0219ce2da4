import type { Adapter } from "../adapter";
import { bitbucketCloudOrigins, normaliseBitbucketCloudUrl } from "./base-url";
import { guideBitbucketCloud } from "./guide";
import { identifyBitbucketCloud } from "./identify";
import { probeBitbucketCloud } from "./probe";
import { bitbucketCloudCredentialTypes, recogniseBitbucketCloud } from "./recognise";
import { bitbucketCloudScopes } from "./scopes";
import { bitbucketCloudSsh } from "./ssh";
import { bitbucketCloudSunsets } from "./sunsets";
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
  /** 1000 requests an hour, counted for each credential apart (API request limits); a check has a few. */
  pace: { concurrent: 4, everyMs: 0 },
  /** No API lists or ends API tokens and access tokens; an organization admin's key could, and is another credential. */
  revoke: null,
  /** Nor does one make them. */
  rotate: null,
  sunsets: bitbucketCloudSunsets,
};
