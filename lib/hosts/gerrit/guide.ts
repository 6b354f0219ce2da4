import type { Guide, GuideRequest, GuideStep, GuideVersion, SshGuideRequest } from "../adapter";
import { trimSlash } from "./base-url";

/**
 * How to make a token (from 3.13) or the HTTP password (before) on Gerrit, and how to add a public key. Gerrit's pages
 * take nothing from a link. A settings page that no longer has the anchor opens all the same.
 */
export const gerritGuideVersions: readonly GuideVersion[] = [
  { id: "3.13", name: "Gerrit 3.13 and later" },
  { id: "3.12", name: "Gerrit 3.12 and earlier" },
];

export function guideGerrit(request: GuideRequest): Guide {
  const page = settingsPage(request.baseUrl, "HTTPCredentials");
  const version = request.version ?? (request.type === "http-password" ? "3.12" : "3.13");
  const isOld = version === "3.12";
  return {
    steps: stepsFor(request, isOld),
    tokenPage: { url: page, prefilled: [] },
    managePage: page,
    removal:
      isOld || request.type === "http-password"
        ? "On the settings page, under HTTP Credentials, delete the password or generate a new one. The old one stops working at once."
        : "On the settings page, find the token by its ID and delete it. It stops working at once.",
  };
}

/** What was chosen may not be what that release makes. */
function stepsFor(request: GuideRequest, isOld: boolean): GuideStep[] {
  const isPassword = request.type === "http-password";
  if (isOld && isPassword) return passwordSteps();
  if (isOld)
    return [{ part: "text", text: "This release makes no tokens: choose the kind HTTP password." }, ...passwordSteps()];
  return isPassword ? oldPasswordSteps : tokenSteps(request);
}

const oldPasswordSteps: GuideStep[] = [
  {
    part: "text",
    text: "This release makes tokens in place of passwords: choose the kind Authentication token. A password from before still works.",
  },
  { part: "open", text: "Sign in to Gerrit and open your settings, at the HTTP credentials." },
  { part: "text", text: "Note the username that is shown there. Enter it here as it is, in the same case." },
  { part: "paste", text: "Enter the password here." },
];

function tokenSteps({ tokenName, expiresInDays }: GuideRequest): GuideStep[] {
  return [
    { part: "open", text: "Sign in to Gerrit and open your settings, at the HTTP credentials." },
    { part: "text", text: "Note the username that is shown there. Enter it here as it is, in the same case." },
    { part: "text", text: `Type ${tokenId(tokenName)} as the ID of a new token.` },
    { part: "text", text: `If the page asks for a lifetime, enter ${expiresInDays}d. Then generate the token.` },
    {
      part: "text",
      text: "Nothing is to be ticked: a token may do what your account may, as its groups and each project's rules say.",
    },
    { part: "text", text: "Copy the token. Gerrit shows it only once." },
    { part: "paste", text: "Paste it here." },
  ];
}

function passwordSteps(): GuideStep[] {
  return [
    { part: "open", text: "Sign in to Gerrit and open your settings, at HTTP Credentials." },
    { part: "text", text: "Note the username that is shown there. Enter it here as it is, in the same case." },
    {
      part: "text",
      text: "Generate a new password. This ends the one before, so change it wherever it is used.",
    },
    {
      part: "text",
      text: "If the page has no HTTP Credentials, Gerrit takes the password that you sign in with. Prefer a service account.",
    },
    { part: "text", text: "Copy the password. Gerrit shows it only once." },
    { part: "paste", text: "Paste it here." },
  ];
}

/** POST below /a/accounts/self/sshkeys is what `ssh.keys` does; this is the same by hand. */
export function guideGerritSsh({ baseUrl }: SshGuideRequest): { steps: readonly string[]; page: string } {
  return {
    steps: [
      "Sign in to Gerrit and open your settings, at SSH keys.",
      "Paste the public key, on one line, as a new key and add it.",
      `If a connection fails, open ${trimSlash(baseUrl)}/ssh_info. It shows the SSH server's name and port, or NOT_AVAILABLE where Gerrit has none.`,
    ],
    page: settingsPage(baseUrl, "SSHKeys"),
  };
}

export function settingsPage(baseUrl: string, section: "HTTPCredentials" | "SSHKeys"): string {
  return `${trimSlash(baseUrl)}/settings/#${section}`;
}

/** A token's ID is part of an address, so it is kept to what needs no escaping. */
function tokenId(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^-+|-+$/g, "") || "forgepass";
}
