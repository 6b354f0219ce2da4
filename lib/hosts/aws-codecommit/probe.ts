import type { Connection, Entered, Probe } from "../adapter";
import { readCaller } from "./caller";
import { askGit, noAnswer, openClient, type Raw } from "./client";
import { isDenied } from "./codes";
import { simulate } from "./permissions";
import { findUnsendable, refuse, refuseThrown } from "./refusals";

/**
 * What a key can do to one repository, read-only: the simulation of its policies on the repository's ARN, and git's own
 * "list the references, to pull" and "…, to push". Whether the latter asks for GitPush is unconfirmed: it proves nothing
 * but a refusal beside a pull that works.
 */
interface Findings {
  pull: Raw | null;
  push: Raw | null;
  /** GitPull and GitPush → allowed, explicitDeny, implicitDeny; null when IAM did not tell. */
  decisions: ReadonlyMap<string, readonly string[]> | null;
}

type Row = Extract<Probe, { ok: true }>["abilities"][number];

const actions = ["codecommit:GitPull", "codecommit:GitPush"];

export async function probeAws(host: Connection, entered: Entered, repository: string): Promise<Probe> {
  const name = repository.trim().replace(/^.*\/v1\/repos\//, "");
  const unsendable = findUnsendable(entered);
  if (unsendable) return unsendable;
  if (!/^[\w.-]{1,100}$/.test(name) || /^\.+$/.test(name)) {
    const message = "Name the repository as CodeCommit does: letters, digits, and the signs . _ -.";
    return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
  }
  const client = openClient(host, entered);
  const { place } = client;
  const remote = new URL(`${place.git}/v1/repos/${name}`);
  const git = (service: "git-upload-pack" | "git-receive-pack") =>
    askGit(host, remote, service, entered, place.region).catch(() => null);
  try {
    const [identity, found, pull, push] = await Promise.all([
      client.identity(),
      client.repository(name).catch(() => null),
      git("git-upload-pack"),
      git("git-receive-pack"),
    ]);
    if (identity.kind !== "answered") return refuse(identity, place, entered);
    const caller = readCaller(identity.output, place, entered.token);
    if (!caller) {
      return refuse({ kind: "unintelligible", raw: noAnswer }, place, entered);
    }
    if (found?.kind === "refused" && found.code === "RepositoryDoesNotExistException") {
      const refusal = refuse(found, place, entered);
      return { ...refusal, message: `There is no repository ${name} in ${place.region}. Check its name and region.` };
    }
    const arn = `arn:${place.partition}:codecommit:${place.region}:${caller.accountId}:${name}`;
    const source = caller.kind === "root" ? null : caller.policySource;
    const simulated = source === null ? null : await simulate(client, source, actions, [arn]);
    const decisions = simulated && !("simulated" in simulated) ? simulated : null;
    const findings = { pull, push, decisions };
    const isHidden = found !== null && isDenied(found);
    return { ok: true, repository: name, abilities: [judgeRead(findings), judgePush(findings, isHidden), status] };
  } catch (error) {
    return refuseThrown(error, place);
  }
}

const status: Row = {
  ability: "status",
  answer: "no",
  why: "CodeCommit has no commit statuses. What comes nearest is the approval of a pull request.",
};

function judgeRead({ pull, decisions }: Findings): Row {
  const row = (answer: Row["answer"], why: string): Row => ({ ability: "read", answer, why });
  if (isAdvertised(pull, "git-upload-pack")) return row("yes", "Git may list its branches to pull.");
  const decision = decisions?.get("codecommit:GitPull")?.[0];
  if (decision === "allowed") {
    return row("unknown", "The user's policies allow codecommit:GitPull, but Git could not pull just now.");
  }
  if (decision) return row("no", "The user's policies do not allow codecommit:GitPull on it.");
  if (isRefused(pull)) return row("no", "Git is refused when it asks to pull.");
  return row("unknown", "Neither Git nor IAM told.");
}

function judgePush({ pull, push, decisions }: Findings, isHidden: boolean): Row {
  const row = (answer: Row["answer"], why: string): Row => ({ ability: "push", answer, why });
  const decision = decisions?.get("codecommit:GitPush")?.[0];
  const begins = isAdvertised(push, "git-receive-pack");
  if (decision === "allowed") {
    return begins
      ? row("yes", "The user's policies allow codecommit:GitPush on it. They may still protect single branches.")
      : row("unknown", "The user's policies allow codecommit:GitPush, but Git could not begin a push just now.");
  }
  if (decision && !begins) return row("no", "The user's policies do not allow codecommit:GitPush on it.");
  if (decision) return row("unknown", "The user's policies do not allow codecommit:GitPush, but Git may begin a push.");
  if (isRefused(push) && isAdvertised(pull, "git-upload-pack")) {
    return row("no", "Git may pull, and is refused when it asks to push.");
  }
  if (begins) {
    return row(
      "unknown",
      "Git may begin a push. Whether it may end one, IAM did not tell (iam:SimulatePrincipalPolicy).",
    );
  }
  return row(
    "unknown",
    isHidden ? "This key may not read the repository, and IAM did not tell." : "Neither Git nor IAM told.",
  );
}

/** Git's own form, so that no page is taken for it. */
function isAdvertised(raw: Raw | null, service: string): boolean {
  const type = raw?.headers["content-type"] ?? "";
  return (
    raw?.status === 200 &&
    type === `application/x-${service}-advertisement` &&
    (raw.text.startsWith(`${(service.length + 15).toString(16).padStart(4, "0")}# service=${service}\n`) ||
      raw.text.startsWith("000eversion 2\n"))
  );
}

function isRefused(raw: Raw | null): boolean {
  return raw?.status === 403 && !/^text\/html\b/i.test(raw.headers["content-type"] ?? "");
}
