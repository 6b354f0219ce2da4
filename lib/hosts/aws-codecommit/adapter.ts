import type { Adapter } from "../adapter";
import { normaliseAwsUrl, originsOf, placeOf } from "./base-url";
import { signForGit } from "./git-credential";
import { guideAws } from "./guide";
import { probeAws } from "./probe";
import { awsCredentialTypes, recogniseAws } from "./recognise";
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
  pace: { concurrent: 4, everyMs: 0 },
  revoke: null,
  rotate: awsRotation,
  sunsets: [],
};

/** The remote is an address of a code host with its repository's path behind it. */
function regionOf(remote: URL): string {
  return placeOf(remote.href).region;
}
