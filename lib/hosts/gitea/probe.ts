import { z } from "zod";
import type { Connection, Entered, Probe } from "../adapter";
import { type Answer, isSendable } from "../answer";
import { closure } from "../scopes";
import { callApi, callGit } from "./client";
import type { Product } from "./product";
import { isLackingScope, isPublicOnly, messageOf, readDisclosed, refuse, refuseThrown } from "./refusals";
import { readRelease, scopeEra } from "./release";
import { giteaScopes } from "./scopes";
import { readToken, readUser } from "./told";

/**
 * What a token can do to one repository, read-only: the account's right to it, the token's scopes where they are told,
 * and Git's own answer to how every pull and push begins, which changes nothing. A public repository answers strangers
 * too, so whether the token is known is asked first.
 */
interface Findings {
  product: Product;
  repository: Answer;
  rights: { push: boolean; isArchived: boolean } | null;
  pull: "yes" | "no" | null;
  push: "yes" | "no" | null;
  /** The token's scopes, with what they include; null when not told. */
  scopes: ReadonlySet<string> | null;
  era: ReturnType<typeof scopeEra>;
}

type Row = Extract<Probe, { ok: true }>["abilities"][number];

export async function probeGitea(
  product: Product,
  host: Connection,
  { token, type }: Entered,
  repository: string,
): Promise<Probe> {
  const { baseUrl } = host;
  const path = repository.replace(/\.git$/, "");
  const problem = !isRepositoryPath(path)
    ? "Name the repository with its owner, as in owner/name."
    : isSendable(token)
      ? null
      : `A ${product.name} token holds no spaces and no special characters. Copy it again.`;
  if (problem) return { ok: false, reason: "unexpected", message: problem, hostSaid: null, url: null, retryAt: null };
  try {
    const [user, own, found, version, pull, push] = await Promise.all([
      callApi(host, token, "/user"),
      callApi(host, token, "/token").catch(() => null),
      callApi(host, token, `/repos/${path}`),
      callApi(host, token, "/version").catch(() => null),
      callGit(host, token, path, "git-upload-pack").catch(() => null),
      callGit(host, token, path, "git-receive-pack").catch(() => null),
    ]);
    const release = readRelease(version);
    const asked = { product, baseUrl, token, release };
    if (!readUser(user, baseUrl) && !isLackingScope(user)) return refuse(user, asked);
    const isRefused = isLackingScope(found) || isPublicOnly(found) || isHidden(found);
    const rights = readRights(found);
    if (!rights && !isRefused) return refuse(found, asked);
    const era = scopeEra(release);
    const told = readTold(era, [user, found], own, baseUrl);
    const findings: Findings = {
      product,
      repository: found,
      rights,
      pull: readGit(pull, "git-upload-pack"),
      push: readGit(push, "git-receive-pack"),
      scopes: told && closure(giteaScopes, told, type).proven,
      era,
    };
    return { ok: true, repository: path, abilities: [judgeRead(findings), judgePush(findings), judgeStatus(findings)] };
  } catch (error) {
    return refuseThrown(error, { product, baseUrl });
  }
}

function readTold(
  era: Findings["era"],
  answers: readonly Answer[],
  own: Answer | null,
  baseUrl: string,
): readonly string[] | null {
  if (era === "unscoped") return ["all"];
  const told = own ? readToken(own, baseUrl) : null;
  return told?.scopes ?? answers.map(readDisclosed).find((list) => list !== null) ?? null;
}

/** Names are ASCII; `.` and `..` would climb out of the repository's address. */
function isRepositoryPath(path: string): boolean {
  return /^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(path) && !path.split("/").some((part) => /^\.{1,2}$/.test(part));
}

const repositoryBody = z.object({
  id: z.number().int().positive(),
  archived: z.boolean().nullish(),
  permissions: z.object({ push: z.boolean() }),
});

/** The account's rights; whether a token's scopes lessen them there is unconfirmed, so scopes are looked at too. */
function readRights({ status, json }: Answer): Findings["rights"] {
  const parsed = repositoryBody.safeParse(json);
  if (status !== 200 || !parsed.success) return null;
  return { push: parsed.data.permissions.push, isArchived: parsed.data.archived === true };
}

function isHidden(answer: Answer): boolean {
  return answer.status === 404 && /^(not found|The target couldn't be found)/i.test(messageOf(answer) ?? "");
}

/** Git's answer, or null where Git over HTTPS is off or something else answers (routers/web/repo/githttp.go). */
function readGit(answer: Answer | null, service: string): "yes" | "no" | null {
  if (answer?.status === 200) {
    const isGit = answer.headers["content-type"]?.startsWith(`application/x-${service}-advertisement`);
    return isGit && answer.text.slice(4).startsWith(`# service=${service}`) ? "yes" : null;
  }
  const isPlain = answer?.headers["content-type"]?.startsWith("text/plain") ?? false;
  return answer?.status === 403 && isPlain && /permission denied|forbidden|archived/i.test(answer.text) ? "no" : null;
}

function unseen({ product }: Findings): string {
  return `${product.name} shows no such repository to this token. Check the name, or give the account access.`;
}

function judgeRead(findings: Findings): Row {
  const { pull, repository, rights, scopes } = findings;
  if (pull === "yes") return { ability: "read", answer: "yes", why: "Git lets it pull." };
  if (isHidden(repository)) return { ability: "read", answer: "no", why: unseen(findings) };
  if (isPublicOnly(repository)) return { ability: "read", answer: "no", why: limited };
  if (pull === "no") return { ability: "read", answer: "no", why: "Git does not let it pull from this repository." };
  if (rights && (scopes === null || scopes.has("read:repository"))) {
    return { ability: "read", answer: "yes", why: "It sees the repository." };
  }
  return { ability: "read", answer: "unknown", why: "Git over HTTPS gave no clear answer." };
}

function judgePush(findings: Findings): Row {
  const no = whyNoChange(findings, "push");
  if (no) return { ability: "push", answer: "no", why: no };
  if (findings.push === "yes") {
    return { ability: "push", answer: "yes", why: "Git lets it push. Protected branches may still refuse." };
  }
  if (findings.push === "no")
    return { ability: "push", answer: "no", why: "Git does not let it push to this repository." };
  if (findings.rights?.push && findings.scopes?.has("write:repository")) {
    const why = "Its account may write, and so may the token. Protected branches may still refuse.";
    return { ability: "push", answer: "yes", why };
  }
  return { ability: "push", answer: "unknown", why: "Git over HTTPS gave no clear answer." };
}

/** POST /repos/{o}/{r}/statuses/{sha}: the right to write code, and write:repository, or repo:status in 1.19. */
function judgeStatus(findings: Findings): Row {
  const { rights, scopes, era, push } = findings;
  const no = whyNoChange(findings, "set a commit status");
  if (no) return { ability: "status", answer: "no", why: no };
  const isAllowed = scopes?.has("write:repository") || scopes?.has("repo:status");
  if (rights?.push && isAllowed) {
    return { ability: "status", answer: "yes", why: "Its account may write, and so may the token." };
  }
  // Since 1.20 Git asks of a token for a push what the API asks for a status.
  if (push === "yes" && era === "categories") {
    return { ability: "status", answer: "yes", why: "Git lets it push, which takes the same scope." };
  }
  return { ability: "status", answer: "unknown", why: "The server does not tell whether the token's scopes suffice." };
}

const limited = "The token is limited to what is public, and this repository is not.";

function whyNoChange(findings: Findings, deed: string): string | null {
  const { repository, rights, scopes, era } = findings;
  if (isHidden(repository)) return unseen(findings);
  if (isPublicOnly(repository)) return limited;
  if (rights?.isArchived) return "The repository is archived, and nothing in it can be changed.";
  if (rights?.push === false) return `To ${deed}, the account needs the right to write to this repository.`;
  if (scopes && era === "categories" && !scopes.has("write:repository")) {
    return `To ${deed}, the token needs the scope write:repository.`;
  }
  return null;
}
