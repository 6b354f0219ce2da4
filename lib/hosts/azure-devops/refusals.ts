import { z } from "zod";
import { Secret } from "../../secret";
import type { Refusal, RefusalReason } from "../adapter";
import type { Answer } from "../answer";
import { quoteHost } from "../host-said";
import { asRefusal, findTransportError } from "../http";
import { isLoopback, organizationOf, trimSlash } from "./base-url";
import type { Reply } from "./client";

/**
 * What Azure DevOps' refusals mean. A token is called rejected only when Azure DevOps itself turned it away: by its
 * sign-in page, its challenge or its JSON. IIS, proxies, sign-in pages of others and server errors prove nothing.
 */
export interface Asked {
  baseUrl: string;
  /** azure-devops or azure-devops-server. */
  kind: string;
  token: Secret | null;
}

export const anonymousId = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";

const errorBody = z.object({ message: z.string().max(20_000), typeKey: z.string().max(200).optional() });

const globalEnd = Date.UTC(2026, 11, 1);

/** Tokens for all organizations: may still be made and used, or gone for good. */
export function globalTokensEnded(now = Date.now()): boolean {
  return now >= globalEnd;
}

export function refuseReply(reply: Reply, asked: Asked): Refusal {
  return "answer" in reply ? refuse(reply.answer, asked) : refuseThrown(reply.thrown, asked);
}

/** An answer that is not what was asked for → why. Never for an answer that was understood. */
export function refuse(answer: Answer, asked: Asked): Refusal {
  const { status } = answer;
  const host = new URL(asked.baseUrl).host;
  const body = bodyOf(answer);
  const words = body?.message ?? "";
  const isServices = asked.kind === "azure-devops";
  const name = isServices ? "Azure DevOps" : host;
  const tokenPage = isServices ? `${trimSlash(asked.baseUrl)}/_usersSettings/tokens` : null;

  if (status === 429) {
    const message = "Azure DevOps is blocking this account for asking too much. Try again later.";
    return { ...because("rate-limited", message), retryAt: readRetryAt(answer) };
  }
  if (status >= 500) {
    const isStopped = /\bTF24668\b/.test(words);
    const what = isServices ? "This organization" : "This collection";
    return because(
      "unreachable",
      isStopped
        ? `${what} is stopped. Ask its administrator to start it again.`
        : `${host} is not working (status ${status}). Try again later.`,
    );
  }
  if (status === 203) return isSignInPage(answer) ? rejected(titleOf(answer)) : notAzure();
  if (status === 401) return refuseUnauthorized();
  if (!isAzures(answer)) return notAzure();
  if (status === 403) {
    return because("blocked", `${name} knows the token but forbids its use from here. Ask its administrator why.`);
  }
  if (status === 404 && isServices) {
    const organization = organizationOf(asked.baseUrl);
    return because(
      "unexpected",
      `Azure DevOps has no organization ${organization} there. Check the code host's base URL.`,
    );
  }
  if (status === 400 && /^Vss(VersionOutOfRange|InvalidPreviewVersion)/.test(body?.typeKey ?? "")) {
    return because("unexpected", `${host} is a release that Forgepass does not know. Tell who runs Forgepass.`);
  }
  return notAzure();

  function refuseUnauthorized(): Refusal {
    if (words !== "" && isAzures(answer)) {
      if (/\bexpired\b/i.test(words)) {
        return because("expired", "This token has expired. Make a new one on Azure DevOps and replace it.", tokenPage);
      }
      if (/\bTF400813\b/.test(words) && !words.includes(anonymousId)) {
        const where = isServices ? "this organization" : "this collection";
        return because("blocked", `The token's account may not use ${where}. Ask its administrator to let it in.`);
      }
      if (/\bVS403463\b|conditional access/i.test(words)) {
        return because("blocked", "A rule of your company bars this token's use from here. Ask its administrator.");
      }
      return rejected(words);
    }
    const challenge = answer.headers["www-authenticate"] ?? "";
    const offers = (scheme: string) => new RegExp(`(^|,)\\s*${scheme}\\b`, "i").test(challenge);
    const isWindows = offers("Negotiate") || offers("NTLM");
    if (isWindows && !offers("Basic") && !offers("Bearer")) {
      return because(
        "unexpected",
        `${host} lets in Windows sign-ins only, so no token can work. Its administrator has to let tokens through: in IIS, keep Anonymous Authentication on and Basic Authentication off for Azure DevOps.`,
      );
    }
    // Azure DevOps offers Bearer itself; without it, the request got no further than IIS (azure-devops-node-api#114).
    if (isWindows && !offers("Bearer") && !isMarked(answer)) {
      return because(
        "unexpected",
        `IIS on ${host} took the token for a Windows password and turned it away. Its administrator has to switch off Basic Authentication in IIS.`,
      );
    }
    if (!isAzures(answer)) return notAzure();
    return rejected(titleOf(answer) ?? `401 Unauthorized, WWW-Authenticate: ${challenge}`);
  }

  function rejected(said: string | null): Refusal {
    const ended = isServices && globalTokensEnded();
    const remedy = ended
      ? "Copy it again, or make a new one: those for all organizations ended on 1 December 2026."
      : isServices || status !== 401
        ? "Copy it again, or make a new one."
        : "Copy it again, or make a new one; if none works, its administrator has to switch off Basic Authentication in IIS.";
    return because("rejected", `${name} does not accept this token. ${remedy}`, tokenPage, said);
  }

  function notAzure(): Refusal {
    const message = `${host} does not answer as Azure DevOps does (status ${status}). Check the code host's base URL, and whether a sign-in page stands in front of it.`;
    return because("unexpected", message);
  }

  function because(reason: RefusalReason, message: string, url: string | null = null, said = words || null): Refusal {
    return { ok: false, reason, message, hostSaid: quote(said, asked.token), url, retryAt: null };
  }
}

/** What the transport threw, with a word on Azure DevOps' own redirect: its sign-in page. */
export function refuseThrown(error: unknown, asked: Asked): Refusal {
  const { host } = new URL(asked.baseUrl);
  const refusal = asRefusal(error, host);
  const location = findTransportError(error)?.location;
  const target = refusal.reason === "redirected" && location ? new URL(location) : null;
  if (!target || !isSignIn(target)) return refusal;
  const said = `302 Found, Location: ${target.origin}${target.pathname}`;
  const message = "Azure DevOps does not accept this token: it asks to sign in. Copy it again, or make a new one.";
  return { ...refusal, reason: "rejected", message, hostSaid: quote(said, asked.token) };
}

/** https://spsprod….visualstudio.com/_signin is where Services sends whoever it does not know. */
function isSignIn({ protocol, hostname, pathname }: URL): boolean {
  const isMicrosofts = /(^|\.)(visualstudio\.com|dev\.azure\.com)$/.test(hostname);
  return protocol === "https:" && isMicrosofts && !isLoopback(hostname) && /^\/_signin\b/i.test(pathname);
}

/** The request was understood, and the token may not make it: a right or a scope is lacking, or the token is bad. */
export function isTurnedAway(reply: Reply): boolean {
  return "answer" in reply && reply.answer.status === 401 && isAzures(reply.answer);
}

/** Azure DevOps answered, and nothing that stands in front of it. */
export function isAzures(answer: Answer): boolean {
  if (isMarked(answer)) return true;
  const challenge = answer.headers["www-authenticate"] ?? "";
  if (/\bTFS-Federated\b|realm="https:\/\/[^"]*\.(visualstudio\.com|azure\.com)\//i.test(challenge)) return true;
  // Its own server: IIS alone would not offer Bearer beside Windows' schemes.
  return /(^|,)\s*Bearer\b/i.test(challenge) && /(^|,)\s*(Negotiate|NTLM)\b/i.test(challenge);
}

function isMarked({ headers }: Answer): boolean {
  return Object.keys(headers).some((name) =>
    /^x-(tfs|vss)-(processid|e2eid|session|serviceerror|userdata)$/.test(name),
  );
}

export function isSignInPage(answer: Answer): boolean {
  return /^Azure DevOps( Services| Server)? \| Sign In$/i.test(titleOf(answer) ?? "");
}

function titleOf({ text, headers }: Answer): string | null {
  if (!/^text\/html\b/i.test(headers["content-type"] ?? "")) return null;
  return /<title>\s*([^<]{1,300}?)\s*<\/title>/i.exec(text.slice(0, 20_000))?.[1] ?? null;
}

export function bodyOf(answer: Answer): z.infer<typeof errorBody> | null {
  const parsed = errorBody.safeParse(answer.json);
  return parsed.success ? parsed.data : null;
}

function quote(words: string | null, token: Secret | null): string | null {
  return quoteHost(words, token ?? new Secret(""));
}

const longestWaitMs = 24 * 60 * 60 * 1000;

/** Retry-After in seconds or as a date, else X-RateLimit-Reset in seconds since 1970; null when neither makes sense. */
function readRetryAt({ headers }: Answer): Date | null {
  const after = headers["retry-after"]?.trim() ?? "";
  const reset = headers["x-ratelimit-reset"]?.trim() ?? "";
  const times = [
    /^\d{1,9}$/.test(after) ? Date.now() + Number(after) * 1000 : Date.parse(after),
    /^\d{1,12}$/.test(reset) ? Number(reset) * 1000 : Number.NaN,
  ];
  const at = times.find((time) => time >= Date.now() - 1000 && time <= Date.now() + longestWaitMs);
  return at === undefined ? null : new Date(at);
}
