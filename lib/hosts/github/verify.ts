import { z } from "zod";
import type { Secret } from "../../secret";
import type { Account, Connection, Entered, Expiry, Verdict, VerifyStep } from "../adapter";
import { quoteHost } from "../host-said";
import { asRefusal } from "../http";
import { ownLink } from "./addresses";
import { type Answer, type Ask, openClient } from "./client";
import { recogniseGithub } from "./recognise";
import { readRefusal } from "./refusals";

/**
 * Who a token is, what it may do and until when: the body and headers of one GET /user. After it, for the tokens that
 * single sign-on concerns, one list that tells which organizations stay closed to the token. A bad token is sent once.
 */
export async function verifyGithub(
  host: Connection,
  { token, type }: Entered,
  report: (step: VerifyStep) => void,
): Promise<Verdict> {
  const ask = openClient(host, token);
  const isToldScopes = type !== "fine-grained" && type !== "app-user" && type !== "installation";
  let answer: Answer;
  try {
    answer = await ask("/user");
  } catch (error) {
    return asRefusal(error, "GitHub");
  }
  const notes: string[] = [];
  const account = answer.status === 200 ? readAccount(answer, host.baseUrl, token) : null;
  if (answer.status !== 200) {
    const refusal = readRefusal(answer, host.baseUrl, token);
    if (refusal.reason !== "insufficient-scope") {
      if (refusal.hostSaid !== null && answer.status < 500) reportReachable(answer, report);
      return refusal;
    }
    notes.push("The token works, but may not read whose it is.");
  } else if (!account) {
    return {
      ...readRefusal({ ...answer, data: null }, host.baseUrl, token),
      message: "What answered is not GitHub's API. Check the address of this code host.",
    };
  }
  const scopes = readScopes(answer, token);
  const shownType = typeShown(token, type, scopes !== null);
  const expiry = readExpiry(answer, shownType);
  reportReachable(answer, report);
  report({ step: "account", account });
  report({ step: "scopes", scopes });
  report({ step: "expiry", expiry });
  // Not before: GitHub counts every refusal of a bad token towards locking the account out.
  const closed = isToldScopes ? countClosedOrganizations(ask) : Promise.resolve(0);
  if (isToldScopes && scopes === null) notes.push("GitHub did not tell what this token may do.");
  const count = await Promise.race([closed, patience()]);
  if (count > 0) notes.push(closedNote(count));
  return { ok: true, account, scopes, expiry, type: shownType, notes };
}

function reportReachable({ headers, elapsedMs }: Answer, report: (step: VerifyStep) => void): void {
  report({ step: "reachable", version: readVersion(headers), elapsedMs });
}

/** Only an Enterprise Server has a version. */
export function readVersion(headers: Answer["headers"]): string | null {
  const version = headers["x-github-enterprise-version"] ?? "";
  return /^[\w.-]{1,40}$/.test(version) ? version : null;
}

const userShape = z.object({
  id: z.int().positive(),
  login: z.string().regex(/^[\w.[\]-]{1,100}$/),
  name: z.string().nullish(),
  html_url: z.string().nullish(),
  type: z.string().nullish(),
});

function readAccount({ data }: Answer, baseUrl: string, token: Secret): Account | null {
  const parsed = userShape.safeParse(data);
  if (!parsed.success || parsed.data.login === token.reveal()) return null;
  const { id, login, name, html_url, type } = parsed.data;
  const url = ownLink(html_url, baseUrl);
  return {
    id: String(id),
    login,
    name: quoteHost(name, token),
    url: url?.includes(token.reveal()) ? null : url,
    isBot: type === "Bot",
  };
}

/** Present, even empty: a classic or OAuth token. Absent: one whose permissions GitHub does not tell. */
function readScopes({ headers }: Answer, token: Secret): string[] | null {
  const header = headers["x-oauth-scopes"];
  if (header === undefined) return null;
  const listed = header.split(",").map((scope) => scope.trim());
  return [...new Set(listed)]
    .filter((scope) => /^[\w:.-]{1,100}$/.test(scope) && scope !== token.reveal())
    .slice(0, 200);
}

function typeShown(token: Secret, type: string, isToldScopes: boolean): string {
  if (!isToldScopes || type === "classic" || type === "oauth") return type;
  return recogniseGithub(token.reveal())?.type === "oauth" ? "oauth" : "classic";
}

/** `2023-06-28 17:58:10 UTC`, `2024-04-02 20:01:36 +0200` or RFC 3339; what cannot be read is not "never". */
export function parseExpiry(header: string): Date | null {
  const parts = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.\d{1,9})? ?(UTC|Z|[+-]\d{2}:?\d{2})$/.exec(
    header.trim(),
  );
  if (!parts) return null;
  const [, date, time, zone = ""] = parts;
  const offset = zone === "UTC" || zone === "Z" ? "Z" : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const at = new Date(`${date}T${time}${offset}`);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** Apps' tokens end without a header that says so; personal and OAuth tokens without one never end. */
function readExpiry({ headers }: Answer, type: string): Expiry {
  const header = headers["github-authentication-token-expiration"];
  if (header !== undefined) {
    const at = parseExpiry(header);
    return at ? { known: true, at } : { known: false };
  }
  return type === "app-user" || type === "installation" ? { known: false } : { known: true, at: null };
}

/**
 * Lists leave out organizations that single sign-on closes to the token, and count them in X-GitHub-SSO. What goes
 * wrong here says nothing about the token.
 */
async function countClosedOrganizations(ask: Ask): Promise<number> {
  const answer = await ask("/user/repos?per_page=1&affiliation=organization_member").catch(() => null);
  const ids = /^partial-results;\s*organizations=([\d,\s]+)/i.exec(answer?.headers["x-github-sso"] ?? "")?.[1] ?? "";
  return new Set(ids.split(",").filter((id) => id.trim() !== "")).size;
}

/** The list is for a note only: the verdict does not wait longer for it than this. */
function patience(): Promise<number> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(0), 1_000).unref();
  });
}

function closedNote(count: number): string {
  const organizations = count === 1 ? "one organization" : `${count} organizations`;
  return `Single sign-on keeps this token out of ${organizations}. Press Configure SSO beside it in GitHub's token settings.`;
}
