import type { SshSupport, SshUse } from "../adapter";
import { webOriginOf } from "./addresses";
import { githubKeys } from "./ssh-keys";

/**
 * Git over SSH at GitHub, and the two lists of keys that an account has: for git and for signatures. On github.com the
 * same server also listens at ssh.github.com, port 443; an admin who needs that says so.
 */

const keyTypes: Record<SshUse, string> = { git: "Authentication Key", signing: "Signing Key" };

export const githubSsh: SshSupport = {
  algorithm: "ed25519",
  endpoint: (baseUrl) => ({ user: "git", host: new URL(baseUrl).hostname, port: 22 }),
  /**
   * Ed25519, ECDSA, RSA. The RSA key is the one since March 2023; the one before it leaked, and DSA is no longer offered.
   * @see https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/githubs-ssh-key-fingerprints
   */
  published: {
    "github.com": [
      "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU",
      "SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM",
      "SHA256:uNiVztksCsDhcc0u9e8BujQXVUpKZIDTMczCvj3tD2s",
    ],
  },
  guide({ baseUrl, use }) {
    return {
      steps: [
        "Open GitHub's page of SSH keys, signed in as the account that the key is for.",
        "Press New SSH key and give it a title that tells where the key is used.",
        `Under Key type choose ${keyTypes[use]}. Paste the public key into the field below it.`,
        "Press Add SSH key. GitHub may ask for your password.",
        ...(use === "git"
          ? [
              "If your organization uses single sign-on, press Configure SSO beside the key and authorize the organization.",
            ]
          : []),
      ],
      page: `${webOriginOf(baseUrl)}/settings/keys`,
    };
  },
  keys: githubKeys,
  signing: "separate",
};
