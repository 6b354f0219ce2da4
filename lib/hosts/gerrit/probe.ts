import type { Connection, Entered, Probe } from "../adapter";
import { branches, labelsOf, type ProjectRules, type Reach, reachOf, readGroups, readRules, reviews } from "./access";
import { type Answer, type Credentials, get, readCredentials } from "./client";
import { incomplete, isNotFound, nothingEntered, quote, refuse, refuseThrown } from "./refusals";

/**
 * What an account can do to one project, read-only: Git's own answer to "list the references, to pull" and "…, to push",
 * which is how every clone and push begins and changes nothing, and the rules of the project and its parents.
 */
const unseen = "Gerrit does not show this account such a project.";
const mostParents = 4;

/** Protocol 2 lists no references until asked, so that a pull from a large project answers in a few lines. */
const briefly = { "git-protocol": "version=2" };

interface Findings {
  isHidden: boolean;
  pull: GitAnswer;
  push: GitAnswer;
  canAdd: boolean;
  review: Reach;
  direct: Reach;
  votes: readonly string[];
}

type GitAnswer = { answer: "yes" | "no" | "unclear"; said: string | null };
type Row = Extract<Probe, { ok: true }>["abilities"][number];

export async function probeGerrit(host: Connection, entered: Entered, repository: string): Promise<Probe> {
  const project = repository.replace(/\.git$/, "");
  const credentials = readCredentials(entered);
  if (!credentials) return incomplete(nothingEntered);
  if (!isProjectName(project)) return incomplete("Name the project as Gerrit does, as in tools/build.");
  const path = project.split("/").map(encodeURIComponent).join("/");
  const git = async (service: string): Promise<GitAnswer> => {
    const target = `/a/${path}/info/refs?service=${service}`;
    const answer = await get(host, target, credentials, { accept: "*/*", ...briefly }).catch(() => null);
    return readGit(answer, service, entered);
  };
  try {
    const [access, groups, pull, push] = await Promise.all([
      askAccess(host, credentials, project),
      get(host, "/a/accounts/self/groups", credentials).catch(() => null),
      git("git-upload-pack"),
      git("git-receive-pack"),
    ]);
    const own = readRules(access, project);
    const isHidden = isNotFound(access);
    if (!own && !isHidden && access.status !== 403) return refuse(access, host, entered);
    const chain = own ? await readChain(host, credentials, own) : [];
    const mine = readGroups(groups);
    const findings: Findings = {
      isHidden,
      pull,
      push,
      canAdd: own?.canAdd ?? false,
      review: reachOf(chain, mine, "push", reviews),
      direct: reachOf(chain, mine, "push", branches),
      votes: labelsOf(chain).filter((label) => reachOf(chain, mine, `label-${label}`, branches) === "all"),
    };
    const abilities = [judgeRead(findings), judgePush(findings), judgeStatus(findings)];
    return { ok: true, repository: project, abilities };
  } catch (error) {
    return refuseThrown(error, host);
  }
}

/** ProjectUtil and CreateProject refuse these characters; `.` and `..` would climb out of the project's address. */
function isProjectName(name: string): boolean {
  if (name.length > 300 || !/^[^/].*[^/]$|^[^/]$/u.test(name)) return false;
  if (/[\p{Cc}\p{Cs}\\?%*:|<>"#]/u.test(name)) return false;
  return name.split("/").every((segment) => !/^\.{0,2}$/.test(segment));
}

function askAccess(host: Connection, credentials: Credentials, project: string): Promise<Answer> {
  return get(host, `/a/access/?project=${encodeURIComponent(project)}`, credentials);
}

/** Rights are inherited up to All-Projects. A parent that is hidden ends the chain: nothing is concluded from what lacks. */
async function readChain(host: Connection, credentials: Credentials, own: ProjectRules): Promise<ProjectRules[]> {
  const chain = [own];
  const seen = new Set<string>();
  let parent = own.parent;
  while (parent !== null && chain.length <= mostParents && !seen.has(parent)) {
    seen.add(parent);
    const rules: ProjectRules | null = readRules(await askAccess(host, credentials, parent).catch(() => null), parent);
    if (!rules) break;
    chain.push(rules);
    parent = rules.parent;
  }
  return chain;
}

/** Gerrit refuses inside Git's own answer, with a status of 200 (GitSmartHttpTools.sendError), or with a 403. */
function readGit(answer: Answer | null, service: string, entered: Entered): GitAnswer {
  const isText = /^text\/plain\b/i.test(answer?.headers["content-type"] ?? "");
  if (answer?.status === 403 && isText && /not permitted|denied/i.test(answer.text)) {
    return { answer: "no", said: quote(answer.text, entered) };
  }
  const isGit = answer?.headers["content-type"]?.startsWith(`application/x-${service}-advertisement`);
  if (answer?.status !== 200 || !isGit || !answer.text.slice(4).startsWith(`# service=${service}`)) {
    return { answer: "unclear", said: null };
  }
  const error = /^0000[0-9a-f]{4}ERR ([\s\S]*)/.exec(answer.text.slice(`0000# service=${service}\n`.length));
  return error ? { answer: "no", said: quote(error[1] ?? "", entered) } : { answer: "yes", said: null };
}

const unclear = "Git over HTTPS gave no clear answer.";

function judgeRead({ isHidden, pull }: Findings): Row {
  if (pull.answer === "yes") return { ability: "read", answer: "yes", why: "Git lets it pull." };
  if (pull.answer === "no") return { ability: "read", answer: "no", why: refused("pull from", pull) };
  if (isHidden) return { ability: "read", answer: "no", why: unseen };
  return { ability: "read", answer: "unknown", why: unclear };
}

/** Git's answer says that it may push to one reference at least (ReceiveCommits.canUpload); the rules say to which. */
function judgePush({ isHidden, push, review, direct, canAdd }: Findings): Row {
  if (push.answer === "no") return { ability: "push", answer: "no", why: refused("push to", push) };
  if (isHidden) return { ability: "push", answer: "no", why: unseen };
  if (push.answer === "unclear") {
    const rules = review === "untold" ? "" : " The project's rules let it push for review.";
    return { ability: "push", answer: "unknown", why: `${unclear}${rules}` };
  }
  const where = [
    ...(review === "untold" ? [] : [`for review (refs/for/*${review === "some" ? ", to some branches" : ""})`]),
    ...(direct === "untold" ? [] : [`directly to ${direct === "some" ? "some branches" : "branches"}`]),
  ];
  const detail =
    where.length > 0
      ? `It may push ${where.join(" and ")}.`
      : "Git lets it push, but the rules that Gerrit shows do not say to which branches.";
  const create = canAdd ? " It may create branches." : "";
  return { ability: "push", answer: "yes", why: `${detail}${create}` };
}

function judgeStatus({ isHidden, votes }: Findings): Row {
  if (isHidden) return { ability: "status", answer: "no", why: unseen };
  const none = "Gerrit has no commit statuses; tools vote on a label of the change instead.";
  if (votes.includes("Verified")) {
    return { ability: "status", answer: "yes", why: `${none} It may vote on Verified.` };
  }
  const others = votes.length > 0 ? ` It may vote on ${votes.slice(0, 5).join(", ")}.` : "";
  return { ability: "status", answer: "unknown", why: `${none}${others} A vote on Verified is not surely allowed.` };
}

function refused(deed: string, { said }: GitAnswer): string {
  return `Gerrit does not let it ${deed} this project${said ? `: “${said}”` : ""}.`;
}
