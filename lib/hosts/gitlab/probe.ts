import { z } from "zod";
import type { Connection, Entered, Probe } from "../adapter";
import { type Answer, basic, bearer, isSendable } from "../answer";
import { closure } from "../scopes";
import { get, openClient } from "./client";
import { isLackingScope, refuse, refuseThrown } from "./refusals";
import { gitlabScopes } from "./scopes";
import { readToken, readTokenInfo } from "./told";

/**
 * What a token can do to one project, read-only: the project's access levels, the token's scopes, and Git's own answer
 * to "list the references, to pull" and "…, to push", which is how every clone and push begins and changes nothing.
 */
const reporter = 20;
const developer = 30;

/** Protocol 2 lists no references until asked, so that a pull from a large repository answers in a few lines. */
const briefly = { "git-protocol": "version=2" };

interface Findings {
  project: Answer;
  pull: Answer | null;
  push: Answer | null;
  /** The token's scopes, with what they imply; null when not told. */
  scopes: ReadonlySet<string> | null;
  level: number | null;
}

type Row = Extract<Probe, { ok: true }>["abilities"][number];

export async function probeGitlab(host: Connection, { token, type }: Entered, repository: string): Promise<Probe> {
  const path = repository.replace(/\.git$/, "");
  const problem = !isProjectPath(path)
    ? "Name the project with its group, as in group/project."
    : isSendable(token)
      ? null
      : "A GitLab token holds no spaces and no special characters. Copy it again.";
  if (problem) return { ok: false, reason: "unexpected", message: problem, hostSaid: null, url: null, retryAt: null };

  const client = openClient(host, token);
  const isOauth = type === "oauth";
  const authorization = basic("oauth2", token);
  const git = (service: string) =>
    get(host, `/${path}.git/info/refs?service=${service}`, authorization, briefly).catch(() => null);
  try {
    const [project, self, pull, push] = await Promise.all([
      client.project(path),
      (isOauth ? get(host, "/oauth/token/info", bearer(token)) : client.self()).catch(() => null),
      git("git-upload-pack"),
      git("git-receive-pack"),
    ]);
    const told = self?.status === 200 ? (isOauth ? readTokenInfo : readToken)(self.json) : null;
    const own = told?.kind === "told" ? told : null;
    const permissions = project.status === 200 ? projectBody.safeParse(project.json) : null;
    if (!permissions?.success && !isLackingScope(project) && !isHidden(project)) {
      return refuse(project, { baseUrl: host.baseUrl, token });
    }
    let level = permissions?.success ? highestLevel(permissions.data) : null;
    if (permissions?.success && level === null && own?.userId) {
      // Access through a shared group, or an administrator's, does not show in `permissions`.
      level = readLevel(await client.member(path, own.userId).catch(() => null));
    }
    const scopes = own?.scopes ? closure(gitlabScopes, own.scopes, type).proven : null;
    const findings = { project, pull, push, scopes, level };
    return { ok: true, repository: path, abilities: [judgeRead(findings), judgePush(findings), judgeStatus(findings)] };
  } catch (error) {
    return refuseThrown(error, host.baseUrl);
  }
}

/** GitLab's paths are ASCII; `.` and `..` would climb out of the project's address. */
function isProjectPath(path: string): boolean {
  return path.length <= 500 && /^\w[\w.-]*(\/[\w.][\w.-]*)+$/.test(path) && !/(^|\/)\.{1,2}(\/|$)/.test(path);
}

const access = z.object({ access_level: z.number() }).nullish();

const projectBody = z.object({
  id: z.number().int().positive(),
  permissions: z.object({ project_access: access, group_access: access }).nullish(),
});

/** doc/api/projects.md: the effective level is the higher of the two; both are null for access that comes otherwise. */
function highestLevel({ permissions }: z.infer<typeof projectBody>): number | null {
  const levels = [permissions?.project_access, permissions?.group_access].flatMap((row) => row?.access_level ?? []);
  return levels.length > 0 ? Math.max(...levels) : null;
}

function readLevel(answer: Answer | null): number | null {
  const parsed = z.object({ access_level: z.number() }).safeParse(answer?.json);
  return answer?.status === 200 && parsed.success ? parsed.data.access_level : null;
}

function isHidden(answer: Answer): boolean {
  const parsed = z.object({ message: z.string() }).safeParse(answer.json);
  return answer.status === 404 && parsed.success && /^404\b.*\bNot Found$/i.test(parsed.data.message);
}

/** Git's answer, or null where Git over HTTPS is off, hidden, or sent something else. */
function readGit(answer: Answer | null, service: string): "yes" | "no" | null {
  if (answer?.status === 200) {
    const isGit = answer.headers["content-type"]?.startsWith(`application/x-${service}-advertisement`);
    return isGit && answer.text.slice(4).startsWith(`# service=${service}`) ? "yes" : null;
  }
  return answer?.status === 403 && /not allowed to (push|download|upload|pull)/i.test(answer.text) ? "no" : null;
}

const unseen = "GitLab shows no such project to this token. Check the path, or give the account access.";

function judgeRead({ project, pull, level, scopes }: Findings): Row {
  const git = readGit(pull, "git-upload-pack");
  if (git === "yes") return { ability: "read", answer: "yes", why: "Git lets it pull." };
  if (git === "no") return { ability: "read", answer: "no", why: "Git does not let it pull from this project." };
  if (isHidden(project)) return { ability: "read", answer: "no", why: unseen };
  if (level !== null && level >= reporter && scopes?.has("read_repository")) {
    return { ability: "read", answer: "yes", why: "Its role is Reporter or higher." };
  }
  return { ability: "read", answer: "unknown", why: "Git over HTTPS gave no clear answer." };
}

function judgePush({ project, push, level, scopes }: Findings): Row {
  const git = readGit(push, "git-receive-pack");
  if (git === "yes") {
    return { ability: "push", answer: "yes", why: "Git lets it push. Protected branches may still refuse." };
  }
  if (git === "no") return { ability: "push", answer: "no", why: "Git does not let it push to this project." };
  if (isHidden(project)) return { ability: "push", answer: "no", why: unseen };
  if (level !== null && level < developer) return { ability: "push", answer: "no", why: needsDeveloper("push") };
  if (scopes && !scopes.has("write_repository")) {
    return { ability: "push", answer: "unknown", why: "Its scopes do not surely include write_repository." };
  }
  if (level === null || scopes === null) {
    return { ability: "push", answer: "unknown", why: "Git over HTTPS gave no clear answer." };
  }
  return {
    ability: "push",
    answer: "yes",
    why: "Its role is Developer or higher. Protected branches may still refuse.",
  };
}

/** app/policies/project_policy.rb: create_commit_status and push_code come with Developer. The endpoint takes `api`. */
function judgeStatus({ project, push, level, scopes }: Findings): Row {
  if (isHidden(project)) return { ability: "status", answer: "no", why: unseen };
  if (scopes && !scopes.has("api")) {
    return { ability: "status", answer: "no", why: "Setting a commit status needs the scope api." };
  }
  if (level !== null && level < developer) {
    return { ability: "status", answer: "no", why: needsDeveloper("set a commit status") };
  }
  if (scopes === null) {
    return { ability: "status", answer: "unknown", why: "GitLab does not tell this token's scopes." };
  }
  if (level === null && readGit(push, "git-receive-pack") !== "yes") {
    return { ability: "status", answer: "unknown", why: "GitLab does not tell the account's role in this project." };
  }
  return { ability: "status", answer: "yes", why: "Its role is Developer or higher, and its scope is api." };
}

function needsDeveloper(deed: string): string {
  return `To ${deed}, the account needs the role Developer in this project.`;
}
