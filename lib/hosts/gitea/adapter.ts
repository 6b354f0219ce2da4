import type { Adapter } from "../adapter";
import { normaliseGiteaUrl } from "./base-url";
import { gitUsername } from "./client";
import { forgejoGuideVersions, giteaGuideVersions, guideForgejo, guideGitea } from "./guide";
import { probeGitea } from "./probe";
import { forgejoProduct, giteaProduct, type Product } from "./product";
import { giteaCredentialTypes, recogniseGitea } from "./recognise";
import { revocationOf } from "./revoke";
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
    /** Neither limits its API; these are sites' own servers, and Codeberg's front end slows down who asks much. */
    pace: { concurrent: 2, everyMs: 100 },
    revoke: revocationOf(product),
    /** No API renews a token; Gitea's newest page can, by hand (RegenerateAccessToken). */
    rotate: null,
    /** Tokens have no end, and neither product retires a kind of them. */
    sunsets: [],
  };
}
