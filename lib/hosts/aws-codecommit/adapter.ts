import type { Adapter } from "../adapter";
import { normaliseAwsUrl, originsOf, placeOf } from "./base-url";
import { signForGit } from "./git-credential";
import { guideAws } from "./guide";
import { probeAws } from "./probe";
import { awsCredentialTypes, recogniseAws } from "./recognise";
import { awsRevocation } from "./revoke";
import { awsRotation } from "./rotate";
import { awsScopes } from "./scopes";
import { awsSsh } from "./ssh";
import { identifyAws, verifyAws } from "./verify";

/** AWS CodeCommit, one region of one partition per code host. Written for the APIs of 2026. */
export const awsCodecommit: Adapter = {
  kind: "aws-codecommit",
  name: "AWS CodeCommit",
  credentialTypes: awsCredentialTypes,
  scopes: awsScopes,
  normaliseBaseUrl: normaliseAwsUrl,
  origins: originsOf,
  guideVersions: [],
  guide: guideAws,
  recognise: recogniseAws,
  identify: identifyAws,
  verify: verifyAws,
  repositoryExample: "my-repository",
  probe: probeAws,
  gitCredential: (entered, _account, remote) => signForGit(entered, remote, regionOf(remote)),
  ssh: awsSsh,
  /** AWS publishes no rate; IAM is one endpoint for a whole account, and throttles it. */
  pace: { concurrent: 2, everyMs: 100 },
  revoke: awsRevocation,
  rotate: awsRotation,
  /** Access keys never end, and AWS retires no kind of them. */
  sunsets: [],
};

/** The remote is an address of a code host with its repository's path behind it. */
function regionOf(remote: URL): string {
  return placeOf(remote.href).region;
}
