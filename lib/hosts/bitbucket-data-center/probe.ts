import type { Connection, Entered, Probe } from "../adapter";
import type { Answer } from "../answer";
import { ask, findUnsendable } from "./client";
import { isMissing, isSignedIn, isWithheld, refuse, refuseThrown, unsendable } from "./refusals";
import { type Page, type Repository, readPage, readRepository } from "./told";

/**
 * What a credential can do to one repository, read-only: the repository's resource, Git's own answer to "list the
 * references, to pull" and "…, to push", which is how every clone and push begins and changes nothing, and Bitbucket's
 * list of what may be written to, of which only the absence proves anything.
 */
interface Findings {
  repository: Repository;
  pull: "yes" | "no" | null;
  push: "yes" | "no" | null;
  /** Is the repository among those that may be written to? Null: not told. */
  isWritable: boolean | null;
}

type Row = Extract<Probe, { ok: true }>["abilities"][number];

/** Protocol 2 lists no references until asked, so that a pull from a large repository answers in a few lines. */
const briefly = { "git-protocol": "version=2" };

export async function probeBitbucketDataCenter(host: Connection, entered: Entered, repository: string): Promise<Probe> {
  const path = parsePath(repository);
  if (!path) return unsendable("Name the repository with its project's key, as in PROJECT/repository.");
  const problem = findUnsendable(entered);
  if (problem) return unsendable(problem);
  const { key, slug } = path;
  const named = `${key}/${slug}`;
  try {
    // Alone: a wrong password is tried once, not four times.
    const first = await ask(host, `/rest/api/latest/projects/${key}/repos/${slug}`, entered);
    const found = first.status === 200 ? readRepository(first.json) : null;
    if (!isSignedIn(first) || !(found || isWithheld(first))) return refuse(first, host, entered);
    if (!found) return { ok: true, repository: named, abilities: hidden(first) };

    const git = (service: string) =>
      ask(host, `/scm/${key.toLowerCase()}/${slug}.git/info/refs?service=${service}`, entered, {
        headers: briefly,
      }).then(
        (answer) => readGit(answer, service),
        () => null,
      );
    const [pull, push, isWritable] = await Promise.all([
      git("git-upload-pack"),
      git("git-receive-pack"),
      askWritable(host, entered, key, slug),
    ]);
    const findings = { repository: found, pull, push, isWritable };
    return {
      ok: true,
      repository: named,
      abilities: [judgeRead(findings), judgePush(findings), judgeStatus(findings)],
    };
  } catch (error) {
    return refuseThrown(error, host);
  }
}

/** Keys and slugs are ASCII; a person's own project begins with ~. `.` and `..` would climb out of the address. */
function parsePath(repository: string): { key: string; slug: string } | null {
  const [, key, slug] = /^(~?\w[\w.-]{0,127})\/(\w[\w.-]{0,127})$/.exec(repository.replace(/\.git$/, "")) ?? [];
  return key && slug ? { key, slug } : null;
}

async function askWritable(host: Connection, entered: Entered, key: string, slug: string): Promise<boolean | null> {
  const path = `/rest/api/latest/repos?permission=REPO_WRITE&projectkey=${encodeURIComponent(key)}&limit=1000`;
  const page = await ask(host, path, entered).then(
    (answer): Page | null => (answer.status === 200 && isSignedIn(answer) ? readPage(answer.json) : null),
    () => null,
  );
  if (!page) return null;
  const isListed = page.values.map(readRepository).some((row) => {
    return row?.slug === slug && row.project.key.toLowerCase() === key.toLowerCase();
  });
  return isListed || (page.isLastPage ? false : null);
}

/** Git's answer, or null where Git over HTTPS is off, or sent something else. */
function readGit(answer: Answer, service: string): "yes" | "no" | null {
  if (answer.status === 200) {
    const isGit = answer.headers["content-type"]?.startsWith(`application/x-${service}-advertisement`);
    return isGit && answer.text.slice(4).startsWith(`# service=${service}`) ? "yes" : null;
  }
  // What Git is refused with (Atlassian's page on a 403 to a push); switched off for all, it is a 403 to a pull too.
  return answer.status === 403 && service === "git-receive-pack" ? "no" : null;
}

function hidden(answer: Answer): Row[] {
  const why = isMissing(answer)
    ? "Bitbucket shows no such repository to it. Check the name, or give the account access."
    : "Bitbucket does not let it see this repository. Give it or its account access.";
  return (["read", "push", "status"] as const).map((ability) => ({ ability, answer: "no", why }));
}

function judgeRead({ pull }: Findings): Row {
  if (pull === "yes") return { ability: "read", answer: "yes", why: "Git lets it pull." };
  return {
    ability: "read",
    answer: "yes",
    why: "Bitbucket shows it the repository. Git over HTTPS gave no clear answer.",
  };
}

function judgePush({ repository, pull, push, isWritable }: Findings): Row {
  if (repository.archived) {
    return { ability: "push", answer: "no", why: "The repository is archived, so nobody can push to it." };
  }
  if (push === "yes") {
    return { ability: "push", answer: "yes", why: "Git lets it push. Branch permissions may still refuse." };
  }
  if (isWritable === false) {
    return { ability: "push", answer: "no", why: "To push, it and its account need write access to this repository." };
  }
  if (push === "no" && pull === "yes") {
    return { ability: "push", answer: "no", why: "Git lets it pull from this repository, but not push." };
  }
  return { ability: "push", answer: "unknown", why: "Git over HTTPS gave no clear answer." };
}

/** A build status takes REPO_READ: unlike elsewhere, a token that may only read can set one. */
function judgeStatus({ repository, push }: Findings): Row {
  const isPrivate = repository.public === false && repository.project.public !== true;
  if (push === "yes" || isPrivate) {
    return { ability: "status", answer: "yes", why: "Whoever may read a repository may set build statuses on it." };
  }
  return { ability: "status", answer: "unknown", why: "Anybody sees this repository, so reading it proves nothing." };
}
