import type { SshSupport } from "../adapter";
import { webOriginOf } from "./addresses";

/** Git over SSH at GitHub, and the two lists of keys that an account has: for git and for signatures. */
export const githubSsh: SshSupport = {
  algorithm: "ed25519",
  endpoint: (baseUrl) => ({ user: "git", host: new URL(baseUrl).hostname, port: 22 }),
  published: {},
  guide({ baseUrl, use }) {
    const kind = use === "signing" ? "Signing Key" : "Authentication Key";
    return {
      steps: [
        "Copy the public key.",
        "Open GitHub's page for a new SSH key, signed in as the account that the key is for.",
        `Give it a title, choose ${kind} under Key type, and paste the key below it.`,
        "Press Add SSH key.",
      ],
      page: `${webOriginOf(baseUrl)}/settings/keys`,
    };
  },
  keys: null,
  signing: "separate",
};
