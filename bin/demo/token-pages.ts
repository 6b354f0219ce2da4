import { offlineKind } from "../../lib/hosts/offline";
import type { GithubSimulator } from "../../lib/hosts/simulators/github";
import type { GitlabSimulator } from "../../lib/hosts/simulators/gitlab";
import type { SimulatorRequest, SimulatorResponse } from "../../lib/hosts/simulators/simulator";
import { parsePublicKey } from "../../lib/hosts/ssh/public-key";
import { type Entry, labelled, neededScopes, type Wish } from "./entry";

/**
 * The web pages of the simulated code hosts, for the links that the portal shows: one that makes a token with the scopes
 * of the link, one that authorises for single sign-on, and a plain page for all others. Null: not a page.
 */
type Pages = (request: SimulatorRequest) => SimulatorResponse | null;

const asksForPage = ({ headers, method }: SimulatorRequest) =>
  (method === "GET" || method === "POST") && (headers.accept ?? "").includes("text/html");

export function githubPages(simulator: () => GithubSimulator): Pages {
  return (request) => {
    if (!asksForPage(request)) return null;
    if (/^\/settings\/(tokens|personal-access-tokens)\/new$/.test(request.path)) {
      return makeToken(request, "GitHub", (login, scopes, days) => {
        const expiresAt = days === null ? null : new Date(Date.now() + days * 86_400_000);
        return request.path.includes("personal-access-tokens")
          ? simulator().addToken({ kind: "fine-grained", login, permissions: { contents: "write" }, expiresAt })
          : simulator().addToken({ login, scopes, expiresAt });
      });
    }
    if (/^\/orgs\/[\w-]+\/sso$/.test(request.path)) {
      simulator().respondNextWith(null);
      return page("Authorised", "<p>The token is authorised for single sign-on. Go back and check it again.</p>");
    }
    return placeholder("GitHub", request);
  };
}

export function gitlabPages(simulator: () => GitlabSimulator): Pages {
  return (request) => {
    if (!asksForPage(request)) return null;
    if (!request.path.endsWith("/-/user_settings/personal_access_tokens")) return placeholder("GitLab", request);
    return makeToken(request, "GitLab", (username, scopes, days) => {
      const at = new Date(Date.now() + (days ?? 365) * 86_400_000);
      return simulator().addToken({ user: { username }, scopes, expiresAt: at.toISOString().slice(0, 10) });
    });
  };
}

/** Those of the other kinds whose simulated tokens can be made to end. */
const endable = new Set(["bitbucket-data-center", "gerrit"]);

/** For the other kinds: the page that their guides open makes a credential and shows it with what belongs to it. */
export function tokenPages(kind: string, host: () => { baseUrl: string; make(wish: Wish): Entry }): Pages {
  const product = offlineKind(kind)?.name ?? kind;
  const needed = neededScopes(kind);
  return (request) => {
    if (!asksForPage(request)) return null;
    if (!tokenPagesOf(kind, host().baseUrl).includes(request.path)) return placeholder(product, request);
    const query = new URLSearchParams(request.query);
    if (needed.length > 0) query.set("scopes", needed.join(" "));
    const mint = (login: string, scopes: string[], days: number | null) =>
      labelled(kind, host().make({ login, days, ...(needed.length > 0 && { scopes }) }));
    return makeToken({ ...request, query }, product, mint, { scopes: needed.length > 0, days: endable.has(kind) });
  };
}

/** Where Azure DevOps takes public keys; null for all other requests. */
export function keyPage(request: SimulatorRequest, add: (key: string) => void): SimulatorResponse | null {
  if (!asksForPage(request) || !/\/(_usersSettings|_details\/security)\/keys$/.test(request.path)) return null;
  if (request.method === "POST") {
    const key = new URLSearchParams(request.body).get("key")?.trim() ?? "";
    if (!parsePublicKey(key)) return page("New key", "<p>This is no public key. Go back and paste it again.</p>");
    add(key);
    return page("New key", "<p>The key is added. Go back and check it.</p>");
  }
  const field = '<p><label>Public key<br><textarea name="key" rows="8" cols="60"></textarea></label></p>';
  return page("New key", `<form method="post">${field}<p><button>Add</button></p></form>`);
}

/** Paths of the pages that the guides of this kind open, of every type and release. */
function tokenPagesOf(kind: string, baseUrl: string): string[] {
  const known = offlineKind(kind);
  const versions = [undefined, ...(known?.guideVersions ?? []).map(({ id }) => id)];
  const pages = (known?.credentialTypes ?? []).flatMap(({ id: type }) =>
    versions.map((version) => {
      const request = { baseUrl, type, scopes: [], tokenName: "", expiresInDays: 90 };
      return known?.guide(version === undefined ? request : { ...request, version }).tokenPage?.url;
    }),
  );
  return pages.filter((url) => url !== undefined).map((url) => new URL(url).pathname);
}

/** Every request with a token meets the organization's single sign-on, until its page was opened. */
export function refuseUntilAuthorised(simulator: GithubSimulator): void {
  simulator.respondNextWith({
    status: 403,
    headers: { "X-GitHub-SSO": `required; url=${simulator.url}/orgs/octo-org/sso?authorization_request=AB3C4D` },
    body: {
      message:
        "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.",
      documentation_url:
        "https://docs.github.com/articles/authenticating-to-a-github-organization-with-saml-single-sign-on/",
    },
  });
}

function makeToken(
  { method, query, body }: SimulatorRequest,
  host: string,
  mint: (login: string, scopes: string[], days: number | null) => string | [label: string, value: string][],
  asks = { scopes: true, days: true },
): SimulatorResponse {
  const form = method === "POST" ? new URLSearchParams(body) : query;
  const scopes = (form.get("scopes") ?? "").split(/[\s,]+/).filter(Boolean);
  const days = Number(form.get("default_expires_at") ?? form.get("expires_in") ?? 90) || null;
  const login = form.get("login")?.trim() || "alice";
  if (method === "POST") {
    const made = mint(login, scopes, days);
    const rows = typeof made === "string" ? [["Token", made] as const] : made;
    const shown = rows.map(([label, value]) => `<p>${asText(label)}<br><code>${asText(value)}</code></p>`);
    return page(
      "New token",
      `<p>Copy it now. ${host} shows it once.</p>${shown.join("")}<p>It is @${asText(login)}'s.</p>`,
    );
  }
  const field = (label: string, name: string, value: string) =>
    `<p><label>${label}<br><input name="${name}" value="${asText(value)}" size="60"></label></p>`;
  const fields = [
    field("Signed in as", "login", login),
    ...(asks.scopes ? [field("Scopes", "scopes", scopes.join(" "))] : []),
    ...(asks.days ? [field("Ends in days", "default_expires_at", days === null ? "" : String(days))] : []),
  ];
  return page("New token", `<form method="post">${fields.join("")}<p><button>Generate token</button></p></form>`);
}

function placeholder(host: string, { path }: SimulatorRequest): SimulatorResponse {
  return page(path, `<p>On a real ${host}, this link opens this page. The simulated one does not have it.</p>`);
}

function page(title: string, content: string): SimulatorResponse {
  const style =
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui;max-width:40rem;margin:3rem auto;padding:0 1rem}input,textarea,button{font:inherit;max-width:100%}code{overflow-wrap:anywhere}";
  return {
    status: 200,
    headers: { "content-type": "text/html; charset=utf-8" },
    body: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${asText(title)}</title><style>${style}</style><small>Simulated code host</small><h1>${asText(title)}</h1>${content}</html>`,
  };
}

function asText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
