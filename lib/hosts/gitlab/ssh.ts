import type { SshSupport } from "../adapter";
import { trimSlash } from "./base-url";

/** Git over SSH at GitLab, and an account's one list of keys, in which each says what it is for. */
export const gitlabSsh: SshSupport = {
  algorithm: "ed25519",
  endpoint: (baseUrl) => ({ user: "git", host: new URL(baseUrl).hostname, port: 22 }),
  published: {},
  guide({ baseUrl, use }) {
    const usage = use === "signing" ? "Signing" : "Authentication";
    return {
      steps: [
        "Copy the public key.",
        "Open GitLab's page of SSH keys, signed in as the account that the key is for, and press Add new key.",
        `Paste the key, give it a title, choose ${usage} as its usage type, and clear the expiration date.`,
        "Press Add key.",
      ],
      page: `${trimSlash(baseUrl)}/-/user_settings/ssh_keys`,
    };
  },
  keys: null,
  signing: "same",
};
