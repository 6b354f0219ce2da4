import { z } from "zod";
import type { Secret } from "../../secret";
import type { Connection, Entered, Probe } from "../adapter";
import { asRefusal, findTransportError } from "../http";
import { apiBaseOf } from "./addresses";
import { type Answer, type Ask, askReceivePack, type GitAnswer, openClient } from "./client";
import { readRefusal } from "./refusals";

/**
 * What a token may do to one repository, by reading only: the repository, its commits, and whether git would take a
 * push. Setting a status cannot be tried without writing: it follows from the scopes of a classic token, and is
 * unknown for the tokens that do not tell theirs.
 */
export async function probeGithub(host: Connection, { token }: Entered, name: string): Promise<Probe> {
  const repository = name.trim().replace(/\.git$/, "");
  if (!isRepositoryName(repository)) {
    const message = "Write the repository as owner/name, like octo-org/website.";
    return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
  }
  const ask = openClient(host, token);
  try {
    return await probeNamed(host, token, ask, repository);
  } catch (error) {
    const current = await findRenamed(ask, error, host.baseUrl);
    if (!current) return asRefusal(error, "GitHub");
    return probeNamed(host, token, ask, current).catch((again) => asRefusal(again, "GitHub"));
  }
}

async function probeNamed(host: Connection, token: Secret, ask: Ask, repository: string): Promise<Probe> {
  const [about, commits, git] = await Promise.allSettled([
    ask(`/repos/${repository}`),
    ask(`/repos/${repository}/commits?per_page=1`),
    askReceivePack(host, token, repository),
  ]);
  if (about.status === "rejected") throw about.reason;
  const answer = about.value;
  if (answer.status === 404 && answer.data !== null) return unseen(repository);
  if (answer.status !== 200) return readRefusal(answer, host.baseUrl, token);
  const parsed = repositoryShape.safeParse(answer.data);
  if (!parsed.success) return readRefusal({ ...answer, data: null }, host.baseUrl, token);
  const facts: Facts = {
    ...parsed.data,
    scopes: answer.headers["x-oauth-scopes"]?.split(",").map((scope) => scope.trim()) ?? null,
    commits: commits.status === "fulfilled" ? commits.value : null,
    git: git.status === "fulfilled" ? git.value : null,
  };
  return {
    ok: true,
    repository: facts.full_name,
    abilities: [
      { ability: "read", ...readAbility(facts) },
      { ability: "push", ...pushAbility(facts) },
      { ability: "status", ...statusAbility(facts) },
    ],
  };
}

/** A repository that was renamed answers 301 with its number, which tells its name. Nothing else is followed. */
async function findRenamed(ask: Ask, error: unknown, baseUrl: string): Promise<string | null> {
  const location = findTransportError(error)?.location ?? "";
  const api = apiBaseOf(baseUrl);
  const byNumber = location.startsWith(`${api}/`) ? location.slice(api.length) : "";
  if (!/^\/repositories\/\d{1,20}$/.test(byNumber)) return null;
  const answer = await ask(byNumber).catch(() => null);
  const parsed = repositoryShape.safeParse(answer?.status === 200 ? answer.data : null);
  return parsed.success && isRepositoryName(parsed.data.full_name) ? parsed.data.full_name : null;
}

interface Facts extends z.infer<typeof repositoryShape> {
  /** Null: a token that does not tell. */
  scopes: string[] | null;
  commits: Answer | null;
  git: GitAnswer | null;
}

type Found = { answer: "yes" | "no" | "unknown"; why: string };

const repositoryShape = z.object({
  full_name: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/),
  private: z.boolean(),
  archived: z.boolean().optional(),
  permissions: z.object({ push: z.boolean(), pull: z.boolean() }).optional(),
});

function isRepositoryName(name: string): boolean {
  return /^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(name) && !name.split("/").some((part) => /^\.+$/.test(part));
}

function unseen(repository: string): Probe {
  const why = "The token sees no repository of this name. Check the name, and that the token was given access to it.";
  return {
    ok: true,
    repository,
    abilities: [
      { ability: "read", answer: "no", why },
      { ability: "push", answer: "no", why },
      { ability: "status", answer: "no", why },
    ],
  };
}

function readAbility({ commits, private: isPrivate }: Facts): Found {
  const status = commits?.status;
  if (commits?.data && (status === 200 || status === 409)) {
    return { answer: "yes", why: isPrivate ? "GitHub showed its commits." : "The repository is public." };
  }
  if (status === 403 || status === 404) return { answer: "no", why: "GitHub shows the repository, but not its code." };
  return { answer: "unknown", why: "GitHub did not answer when asked for its commits." };
}

function pushAbility({ git, archived, permissions, scopes, private: isPrivate }: Facts): Found {
  if (archived) return { answer: "no", why: "The repository is archived." };
  const isAdvertised =
    git?.status === 200 && git.contentType.startsWith("application/x-git-receive-pack-advertisement");
  if (isAdvertised) return { answer: "yes", why: "Git would take a push." };
  if (git?.status === 403 && /\(classic\) are forbidden/i.test(git.text)) {
    return { answer: "no", why: "The organization takes no classic tokens." };
  }
  // Git's own refusals are plain text; a page is a proxy's.
  if (git && [401, 403, 404].includes(git.status) && !git.contentType.includes("html")) {
    const why =
      permissions?.push === false ? "The account may not write to it." : "Git would refuse a push with this token.";
    return { answer: "no", why };
  }
  if (scopes && permissions) {
    const mayWrite = scopes.includes("repo") || (!isPrivate && scopes.includes("public_repo"));
    if (!mayWrite) return { answer: "no", why: "The token lacks the repo scope." };
    if (!permissions.push) return { answer: "no", why: "The account may not write to it." };
  }
  return { answer: "unknown", why: "Git did not answer when asked about a push." };
}

function statusAbility({ archived, permissions, scopes, private: isPrivate }: Facts): Found {
  if (archived) return { answer: "no", why: "The repository is archived." };
  if (!scopes || !permissions) {
    return { answer: "unknown", why: "GitHub tells only when a status is set, and Forgepass sets none to find out." };
  }
  if (!permissions.push) return { answer: "no", why: "The account may not write to it." };
  const allowing = ["repo", "repo:status", ...(isPrivate ? [] : ["public_repo"])];
  const held = allowing.find((scope) => scopes.includes(scope));
  if (held) return { answer: "yes", why: `The account may write to it, and the token has ${held}.` };
  return { answer: "no", why: "The token has neither repo nor repo:status." };
}
