import type { Adapter } from "../adapter";
import { normaliseGiteaUrl } from "./base-url";
import { gitUsername } from "./client";
import { forgejoGuideVersions, giteaGuideVersions, guideForgejo, guideGitea } from "./guide";
import { probeGitea } from "./probe";
import { forgejoProduct, giteaProduct, type Product } from "./product";
import { giteaCredentialTypes, recogniseGitea } from "./recognise";
import { giteaScopes } from "./scopes";
import { sshOf } from "./ssh";
import { identifyGitea, verifyGitea } from "./verify";

/** Gitea, also below a path. Written for 1.18 to 1.27. */
export const gitea: Adapter = adapterOf(giteaProduct);

/** Forgejo, of which Codeberg is one, also below a path. Written for 1.18 to 15. */
export const forgejo: Adapter = adapterOf(forgejoProduct);

function adapterOf(product: Product): Adapter {
  const isGitea = product.kind === "gitea";
  return {
    kind: product.kind,
    name: product.name,
    credentialTypes: giteaCredentialTypes,
    scopes: giteaScopes,
    normaliseBaseUrl: (url) => normaliseGiteaUrl(product, url),
    origins: (baseUrl) => [new URL(baseUrl).origin],
    guideVersions: isGitea ? giteaGuideVersions : forgejoGuideVersions,
    guide: isGitea ? guideGitea : guideForgejo,
    recognise: recogniseGitea,
    identify: (host) => identifyGitea(product, host),
    verify: (host, entered, report) => verifyGitea(product, host, entered, report),
    repositoryExample: "owner/name",
    probe: (host, entered, repository) => probeGitea(product, host, entered, repository),
    /** Git takes the token as the password of any user name. */
    gitCredential: ({ token }) => ({ username: gitUsername, password: token, expiresAt: null }),
    ssh: sshOf(product),
    pace: { concurrent: 4, everyMs: 0 },
    revoke: null,
    rotate: null,
    sunsets: [],
  };
}
