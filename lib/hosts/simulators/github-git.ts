import { findRepository, type GithubState, hasPermission, mayKnow, policyAnswer, roleOf } from "./github-answers";
import type { Roots, SimulatedRepository } from "./github-bodies";
import { isAlive, type SimulatedToken, tellsScopes } from "./github-tokens";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/** Git over HTTPS, as far as the advertisement of refs: where git asks whether it may fetch or push. */

export function answerGit(state: GithubState, roots: Roots, request: SimulatorRequest): SimulatorResponse | null {
  const [, owner = "", name = ""] = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/info\/refs$/.exec(request.path) ?? [];
  if (!owner) return null;
  const service = request.query.get("service");
  if (request.method !== "GET" || (service !== "git-upload-pack" && service !== "git-receive-pack")) {
    return text(403, "Please upgrade your git client.\n");
  }
  const sent = basicPassword(request.headers.authorization);
  const token = sent === null ? null : (state.tokens.get(sent) ?? null);
  if (sent !== null && (!token || !isAlive(token))) {
    return challenge("Invalid username or token. Password authentication is not supported for Git operations.\n");
  }
  const repository = findRepository(state, owner, name);
  const moved = state.repositories.find(({ formerNames }) => formerNames.includes(`${owner}/${name}`));
  if (!repository && moved && mayKnow(token, moved)) {
    const location = `${roots.web}/${moved.owner}/${moved.name}.git/info/refs?service=${service}`;
    return { status: 301, headers: { Location: location }, body: "" };
  }
  if (!repository || !mayKnow(token, repository)) {
    return token ? text(404, "Repository not found.\n") : challenge("No anonymous access.\n");
  }
  if (service === "git-upload-pack") return advertise(service);
  if (!token) return challenge("No anonymous write access.\n");
  const refusal = pushRefusal(state, roots, token, repository);
  return refusal ? text(403, refusal) : advertise(service);
}

function pushRefusal(
  state: GithubState,
  roots: Roots,
  token: SimulatedToken,
  repository: SimulatedRepository,
): string | null {
  const fullName = `${repository.owner}/${repository.name}`;
  if (state.policies.get(repository.owner)?.forbidsClassic && token.kind === "classic") {
    return "Personal access tokens (classic) are forbidden from accessing this repository.\n";
  }
  if (policyAnswer(state, roots, token, repository)) {
    return `The '${repository.owner}' organization has enabled or enforced SAML SSO.\n`;
  }
  if (repository.isArchived) return "This repository was archived so it is read-only.\n";
  const isApp = token.kind.startsWith("installation");
  if (!isApp && !["admin", "maintain", "write"].includes(roleOf(token, repository))) {
    return `Permission to ${fullName}.git denied to ${token.login}.\n`;
  }
  const mayWrite = tellsScopes(token.kind)
    ? token.scopes.includes("repo") || (!repository.isPrivate && token.scopes.includes("public_repo"))
    : hasPermission(token, repository, "contents", "write");
  return mayWrite ? null : "Write access to repository not granted.\n";
}

function advertise(service: string): SimulatorResponse {
  const line = `# service=${service}\n`;
  const length = (line.length + 4).toString(16).padStart(4, "0");
  const headers = { "Content-Type": `application/x-${service}-advertisement`, "Cache-Control": "no-cache" };
  return { status: 200, headers, body: `${length}${line}00000000` };
}

function basicPassword(authorization: string | undefined): string | null {
  const encoded = /^basic (.+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return null;
  const pair = Buffer.from(encoded, "base64").toString("utf8");
  return pair.slice(pair.indexOf(":") + 1);
}

function text(status: number, body: string): SimulatorResponse {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8" }, body };
}

function challenge(body: string): SimulatorResponse {
  const refusal = text(401, body);
  return { ...refusal, headers: { ...refusal.headers, "WWW-Authenticate": 'Basic realm="GitHub"' } };
}
