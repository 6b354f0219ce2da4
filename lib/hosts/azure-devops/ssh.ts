import type { SshGuideRequest, SshSupport } from "../adapter";
import { isLoopback, trimSlash } from "./base-url";

/**
 * Git over SSH at Azure DevOps. It takes RSA keys only, and has no API for them: a key is added by hand. Fingerprints
 * are from MicrosoftDocs/azure-devops-docs, docs/repos/git/use-ssh-keys-to-authenticate.md.
 */
const hostKey = ["SHA256:ohD8VZEXGWo6Ez8GSEJQ9WpafgLFsOfLOtGGQCQo6Og"];

export const servicesSsh: SshSupport = {
  algorithm: "rsa",
  endpoint(baseUrl) {
    const { hostname } = new URL(baseUrl);
    const organization = /^([a-z0-9-]+)\.visualstudio\.com$/.exec(hostname)?.[1];
    if (organization) return { user: organization, host: "vs-ssh.visualstudio.com", port: 22 };
    return { user: "git", host: isLoopback(hostname) ? hostname : "ssh.dev.azure.com", port: 22 };
  },
  published: { "ssh.dev.azure.com": hostKey, "vs-ssh.visualstudio.com": hostKey },
  guide: ({ baseUrl }) => ({
    page: `${trimSlash(baseUrl)}/_usersSettings/keys`,
    steps: [
      "Open the page for SSH public keys and choose New Key.",
      "Give it a name that says what it is for, and paste the whole public key as one line.",
      "Add it. Azure DevOps ends keys after a year: note the date and make a new one before.",
    ],
  }),
  keys: null,
  signing: "none",
};

export const serverSsh: SshSupport = {
  ...servicesSsh,
  endpoint: (baseUrl) => ({ user: "git", host: new URL(baseUrl).hostname.replace(/^\[|\]$/g, ""), port: 22 }),
  published: {},
  guide: ({ baseUrl, version }: SshGuideRequest) => {
    const base = trimSlash(baseUrl);
    const isNew = version === undefined || version === "2020-2022";
    return {
      page: isNew ? `${base}/_usersSettings/keys` : `${base}/_details/security/keys`,
      steps: [
        isNew
          ? "Open your user settings and choose SSH public keys, then New Key."
          : "Open your profile menu at the top right, choose Security, then SSH public keys, then Add.",
        "Give it a name that says what it is for, and paste the whole public key as one line.",
        "Save it. If Git cannot connect, ask the administrator whether SSH is switched on and at which port.",
      ],
    };
  },
};
