import type { SshSupport, SshUse } from "../adapter";
import { trimSlash } from "./base-url";
import { isOlderRelease } from "./guide";
import { gitlabKeys } from "./ssh-keys";

/**
 * Git over SSH at GitLab. A server may have its SSH port elsewhere, which its API does not tell: an admin says so. On
 * GitLab.com the same server also listens at altssh.gitlab.com, port 443.
 */

const usages: Record<SshUse, string> = { git: "Authentication & Signing", signing: "Signing" };

export const gitlabSsh: SshSupport = {
  algorithm: "ed25519",
  endpoint: (baseUrl) => ({ user: "git", host: new URL(baseUrl).hostname, port: 22 }),
  /**
   * Ed25519, RSA, ECDSA; DSA is deprecated.
   * @see https://docs.gitlab.com/user/gitlab_com/#ssh-host-keys-fingerprints
   */
  published: {
    "gitlab.com": [
      "SHA256:eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8",
      "SHA256:ROQFvPThGrW4RuWLoL9tq9I9zJ42fK4XywyRtbOz/EQ",
      "SHA256:HbW3g8zUjNSksFbqTiUWPWg2Bq1x8xdGUrliXFzSnUw",
    ],
  },
  guide({ baseUrl, use, version }) {
    const base = trimSlash(baseUrl);
    const isOlder = isOlderRelease(version);
    return {
      steps: [
        "Open GitLab's page of SSH keys, signed in as the account that the key is for.",
        isOlder
          ? "If there is no such page, press your picture, then Edit profile or Preferences, then SSH Keys. Press Add new key if there is such a button."
          : "Press Add new key.",
        "Paste the public key, and give it a title that tells where the key is used.",
        `Choose ${usages[use]} as its usage type${isOlder ? ". Before GitLab 15.7 there is no such choice, and no key signs" : ""}. Clear the expiration date, or note when the key ends.`,
        "Press Add key.",
      ],
      page: isOlder ? `${base}/-/profile/keys` : `${base}/-/user_settings/ssh_keys`,
    };
  },
  keys: gitlabKeys,
  signing: "same",
};
