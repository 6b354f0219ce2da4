import { setTimeout } from "node:timers/promises";
import type { Secret } from "../../secret";
import type { Account, Connection, Entered, Identification, Refusal, Verdict, VerifyStep } from "../adapter";
import { type Answer, isSendable } from "../answer";
import { usedBefore } from "../last-use";
import { callApi, readJwtEnd } from "./client";
import { observe } from "./observe";
import type { Product } from "./product";
import { isLackingScope, messageOf, readDisclosed, refuse, refuseThrown } from "./refusals";
import { type Release, readRelease, scopeEra } from "./release";
import { readToken, readUser, type Told } from "./told";
import { type Tried, tryScopes } from "./try-scopes";

/**
 * Asks a server about a token: what it says of the token itself, whose it is, and which release it is, side by side.
 * Never by an endpoint that strangers are answered at, because older servers take an unknown token for none. Where the
 * scopes are not told, they are tried out.
 */
interface Question {
  product: Product;
  host: Connection;
  token: Secret;
}

type Asked = { answer: Answer } | { thrown: unknown };

export async function verifyGitea(
  product: Product,
  host: Connection,
  { token, type }: Entered,
  report: (step: VerifyStep) => void,
): Promise<Verdict> {
  if (!isSendable(token)) return unsendable(product);
  const startedAt = performance.now();
  const askedAt = Date.now();
  const question = { product, host, token };
  const version = ask(question, "/version");
  const [own, user] = await Promise.all([ask(question, "/token"), ask(question, "/user")]);
  // The version is nice to know, and not worth a long wait.
  const release = await Promise.race([
    version.then((asked) => ("answer" in asked ? readRelease(asked.answer) : null)),
    setTimeout(500, null, { ref: false }),
  ]);

  const told = "answer" in own ? readToken(own.answer, host.baseUrl) : null;
  const known = "answer" in user ? readUser(user.answer, host.baseUrl) : null;
  const isWithheld = "answer" in user && isLackingScope(user.answer);
  const unanswered = [...(known || isWithheld ? [] : [user]), ...(told || isUntold(own) ? [] : [own])];
  const refusal = gravest(unanswered.map((asked) => refusalOf(question, asked, release)));
  if (refusal) return refusal;

  report({
    step: "reachable",
    version: release?.version ?? null,
    elapsedMs: Math.round(performance.now() - startedAt),
  });
  const account = known?.account ?? told?.account ?? null;
  report({ step: "account", account });
  const tried = await findScopes(question, {
    told,
    user,
    release,
    account: known?.account ?? null,
    isAdmin: known?.isAdmin ?? false,
  });
  const { scopes } = tried;
  report({ step: "scopes", scopes });
  const jwt = readJwtEnd(token);
  const expiry = jwt || account?.isBot ? endOf(jwt?.at ?? null) : ({ known: true, at: null } as const);
  report({ step: "expiry", expiry });
  const notes = observe({ product, release, token, told, tried, account, isOauth: jwt !== null, host });
  const absent = tried.kind === "tried" ? { absent: tried.absent } : {};
  const used = told?.lastUsedAt && "answer" in own ? usedBefore(told.lastUsedAt, own.answer, askedAt) : {};
  return { ok: true, account, scopes, ...absent, expiry, type, notes, ...used };
}

/** GET /version asks for no token, unless the server answers nothing to strangers. Its product has to be the kind's. */
export async function identifyGitea(product: Product, host: Connection): Promise<Identification> {
  const startedAt = performance.now();
  try {
    const answer = await callApi(host, null, "/version");
    const elapsedMs = Math.round(performance.now() - startedAt);
    const release = readRelease(answer);
    if (release?.product && release.product !== product.kind) {
      const runs = release.product === "gitea" ? "Gitea" : "Forgejo";
      const message = `${new URL(host.baseUrl).host} runs ${runs} ${release.version}. Add it as ${runs}.`;
      return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
    }
    if (release) return { ok: true, product: product.name, version: release.version, elapsedMs };
    if (answer.status === 403 && /^Only signed in user is allowed/.test(messageOf(answer) ?? "")) {
      return { ok: true, product: product.name, version: null, elapsedMs };
    }
    // Nothing was sent that could be rejected.
    const plain = answer.status === 401 || answer.status === 403 ? { ...answer, json: undefined } : answer;
    return refuse(plain, { product, baseUrl: host.baseUrl, token: null, release: null });
  } catch (error) {
    return refuseThrown(error, { product, baseUrl: host.baseUrl });
  }
}

async function ask({ host, token }: Question, path: string): Promise<Asked> {
  try {
    return { answer: await callApi(host, token, path) };
  } catch (thrown) {
    return { thrown };
  }
}

function refusalOf({ product, host, token }: Question, asked: Asked, release: Release | null): Refusal {
  const { baseUrl } = host;
  if ("thrown" in asked) return refuseThrown(asked.thrown, { product, baseUrl });
  return refuse(asked.answer, { product, baseUrl, token, release });
}

/** A word on the token or its account before what may only be a bad moment. */
function gravest(refusals: readonly Refusal[]): Refusal | null {
  const decisive = refusals.find(({ reason }) => reason === "blocked" || reason === "rejected");
  return decisive ?? refusals[0] ?? null;
}

/** The endpoint came in 2026; it also says "not found" of tokens that are not personal. */
function isUntold(own: Asked): boolean {
  return "answer" in own && (own.answer.status === 404 || own.answer.status === 405 || isLackingScope(own.answer));
}

async function findScopes(
  question: Question,
  found: { told: Told | null; user: Asked; release: Release | null; account: Account | null; isAdmin: boolean },
): Promise<Tried> {
  const { told, user, release, account, isAdmin } = found;
  const era = scopeEra(release);
  if (era === "unscoped") return { kind: "listed", scopes: ["all"] };
  if (told) return { kind: "listed", scopes: told.scopes };
  const disclosed = "answer" in user ? readDisclosed(user.answer) : null;
  if (disclosed) return { kind: "listed", scopes: disclosed };
  const login = account?.login ?? null;
  return tryScopes((path) => callApi(question.host, question.token, path), era, { login, isAdmin });
}

/** Of OAuth's tokens, which say it themselves, and of a job's, which do not. */
function endOf(at: Date | null): { known: true; at: Date } | { known: false } {
  return at ? { known: true, at } : { known: false };
}

function unsendable({ name }: Product): Refusal {
  const message = `A ${name} token holds no spaces and no special characters. Copy it again.`;
  return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
}
