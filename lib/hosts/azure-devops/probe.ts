import type { Connection, Entered, Probe, Refusal } from "../adapter";
import { isSendable } from "../answer";
import { openClient, type Reply } from "./client";
import { isTurnedAway, refuseReply } from "./refusals";
import {
  type GitAnswer,
  isMissing,
  readConnection,
  readGit,
  readPermission,
  readRepository,
  readUserData,
} from "./told";
import { type Kind, unsendable } from "./verify";

/**
 * What a token can do to one repository, read-only: whether the API shows it, Git's own answer to "list the references,
 * to pull" and "…, to push", and what Azure DevOps says of the account's permissions on it.
 */
type Row = Extract<Probe, { ok: true }>["abilities"][number];

/** Bits of the security namespace of Git repositories. */
const gitNamespace = "2e9eb7ed-3c0a-47d4-87c1-0ffdd275fd87";
const bits = { contribute: 4, createBranch: 16, pullRequest: 16384 } as const;

interface Findings {
  repository: Reply;
  pull: GitAnswer;
  push: GitAnswer;
  /** Null: Azure DevOps does not tell this token. */
  permissions: Record<keyof typeof bits, boolean | null>;
}

export async function probeAzureDevops(kind: Kind, host: Connection, { token }: Entered, path: string): Promise<Probe> {
  const named = parsePath(path);
  if (!named) return unnamed();
  if (!isSendable(token)) return unsendable();
  const client = openClient(host, token);
  const [connection, repository, pull, push] = await Promise.all([
    client.connection(),
    client.repository(named.project, named.name),
    client.gitRefs(named.project, named.name, "git-upload-pack"),
    client.gitRefs(named.project, named.name, "git-receive-pack"),
  ]);
  const found = readRepository(repository);
  const isGood = readConnection(connection)?.kind === "known" || readUserData(connection) !== null;
  const asked = { baseUrl: host.baseUrl, kind, token };
  if (!isGood && !found) return refuseReply(connection, asked);
  if (!found && !isTurnedAway(repository) && !isMissing(repository)) return refuseReply(repository, asked);

  const release = client.release()?.released;
  const version = release ? `&api-version=${release}` : "";
  const may = async (bit: number) => {
    if (!found) return null;
    const target = encodeURIComponent(`repoV2/${found.project.id}/${found.id}`);
    return readPermission(await client.get(`/_apis/permissions/${gitNamespace}/${bit}?tokens=${target}${version}`));
  };
  const [contribute, createBranch, pullRequest] = await Promise.all([
    may(bits.contribute),
    may(bits.createBranch),
    may(bits.pullRequest),
  ]);
  const findings: Findings = {
    repository,
    pull: readGit(pull, "git-upload-pack"),
    push: readGit(push, "git-receive-pack"),
    permissions: { contribute, createBranch, pullRequest },
  };
  const abilities = [judgeRead(findings), judgePush(findings), judgeStatus(findings)];
  return { ok: true, repository: `${named.project}/${named.name}`, abilities };
}

/** project/repository, as in the clone address with _git between them. Names may have spaces. */
export function parsePath(path: string): { project: string; name: string } | null {
  const parts = path.split("/").filter((part, at, all) => !(part === "_git" && all.length === 3 && at === 1));
  const [project = "", name = ""] = parts;
  const isName = (text: string) =>
    text.length <= 128 &&
    /^[^\s\p{Cc}\\:*?"<>|#]([^\p{Cc}\\:*?"<>|#]*[^\s\p{Cc}\\:*?"<>|#])?$/u.test(text) &&
    !/^\.+$/.test(text);
  return parts.length === 2 && isName(project) && isName(name) ? { project, name } : null;
}

function unnamed(): Refusal {
  const message = "Name the repository with its project, as in project/repository.";
  return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
}

const unseen = "Azure DevOps shows no such repository to this token. Check the name, or give the account access.";

function judgeRead({ repository, pull }: Findings): Row {
  if (pull === "yes") return { ability: "read", answer: "yes", why: "Git lets it pull." };
  if (pull === "no-scope") return { ability: "read", answer: "no", why: "The token lacks Code (Read)." };
  if (readRepository(repository))
    return { ability: "read", answer: "yes", why: "Azure DevOps shows it the repository." };
  if (isMissing(repository)) return { ability: "read", answer: "no", why: unseen };
  return { ability: "read", answer: "unknown", why: "Git over HTTPS gave no clear answer." };
}

function judgePush({ repository, push, permissions }: Findings): Row {
  if (push === "no-scope") return { ability: "push", answer: "no", why: "The token lacks Code (Read & write)." };
  if (push === "no-permission" || permissions.contribute === false) {
    return { ability: "push", answer: "no", why: "The account lacks the permission Contribute on this repository." };
  }
  if (push === "yes") return { ability: "push", answer: "unknown", why: `${begins}${furtherRights(permissions)}` };
  if (isMissing(repository)) return { ability: "push", answer: "no", why: unseen };
  return { ability: "push", answer: "unknown", why: "Git over HTTPS gave no clear answer." };
}

/** Whether the handshake looks at the token's scope is unconfirmed. */
const begins =
  "A push would begin, but whether the token has Code (Read & write) may be looked at only then. Without writing it cannot be told.";

function furtherRights({ createBranch, pullRequest }: Findings["permissions"]): string {
  const lacking = [
    ...(createBranch === false ? ["Create branch"] : []),
    ...(pullRequest === false ? ["Contribute to pull requests"] : []),
  ];
  if (lacking.length > 0) return ` The account lacks the permission ${lacking.join(" and the permission ")}.`;
  const told = createBranch && pullRequest ? " The account may create branches and pull requests." : "";
  return `${told} Branch policies may refuse too.`;
}

/** Setting a status takes vso.code_write or vso.code_status, and the permission to contribute. */
function judgeStatus({ repository, push, permissions }: Findings): Row {
  if (push === "no-permission" || permissions.contribute === false) {
    return { ability: "status", answer: "no", why: "The account lacks the permission Contribute on this repository." };
  }
  if (isMissing(repository)) return { ability: "status", answer: "no", why: unseen };
  return {
    ability: "status",
    answer: "unknown",
    why: "Whether the token has Code (Status) cannot be asked without writing.",
  };
}
