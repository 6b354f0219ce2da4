import type { CredentialField, CredentialType } from "../adapter";

/**
 * What may be stored for Bitbucket Data Center, and what each asks for. Runs in the browser too. A person's token, a
 * project's and a repository's look alike; the owner says which it is.
 */
const username: CredentialField = {
  id: "username",
  label: "User name",
  hint: "The name that you sign in to Bitbucket with, not your e-mail address.",
  placeholder: "jdoe",
  secret: false,
  optional: false,
  check: (value) => {
    if (value.length > 255) return "A user name has at most 255 characters. Check it.";
    if (/[\p{Cc}\p{Zl}\p{Zp}\ud800-\udfff]/u.test(value)) return "A user name has no line breaks. Copy it again.";
    return value.includes(":") ? "A user name has no colon. Give only the name." : null;
  },
};

const looksLike = "Has 44 letters, digits and signs, in newer releases after BBDC-.";

/** How long: a site may limit it (Managing HTTP access tokens, Bitbucket Data Center documentation). */
const lifetime = "As long as you choose, or for ever, unless an administrator set a limit.";

/** The first is what the guide proposes. */
export const bitbucketDataCenterCredentialTypes: readonly CredentialType[] = [
  {
    id: "http-access-token",
    name: "HTTP access token",
    label: "HTTP access token",
    scopesTold: "partly",
    expiryTold: "partly",
    looksLike,
    lifetime,
    refusal: null,
  },
  {
    id: "project-token",
    name: "Project HTTP access token",
    label: "Project's HTTP access token",
    scopesTold: "partly",
    expiryTold: "partly",
    looksLike,
    lifetime,
    refusal: null,
  },
  {
    id: "repository-token",
    name: "Repository HTTP access token",
    label: "Repository's HTTP access token",
    scopesTold: "partly",
    expiryTold: "partly",
    looksLike,
    lifetime,
    refusal: null,
  },
  {
    id: "password",
    name: "User name and password",
    label: "Password",
    fields: [username],
    secretForm: "password",
    scopesTold: "partly",
    expiryTold: "never",
    looksLike: "Is the password that you sign in to Bitbucket with, where the site still allows it.",
    lifetime: "Until you change it, or as your company's rules say.",
    refusal: null,
  },
];
