import { account, page, repositoryBody, repositoryPath, sshKeyBody, workspaceBody } from "./bitbucket-cloud-bodies";
import {
  accessDenied,
  appPasswordRemoved,
  credentialHeaders,
  jsonError,
  lacksScopes,
  loginFailed,
  noSuchPath,
  removed,
  tokenInvalid,
  tooMany,
} from "./bitbucket-cloud-refusals";
import { missingScopes, type Wanted, wanted } from "./bitbucket-cloud-scopes";
import { accessLevel, type BitbucketState, type BitbucketToken, isAccessToken } from "./bitbucket-cloud-state";
import { mintUuid } from "./bitbucket-cloud-tokens";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * What the Bitbucket Cloud simulator answers below /2.0: who a credential is, then whether its scopes suffice, then
 * whether its account or place does. Endpoints that Bitbucket removed in 2026 are not there.
 */
export function answerApi(state: BitbucketState, request: SimulatorRequest, route: string): SimulatorResponse {
  const token = authenticate(state, request);
  if (token !== null && "status" in token) return token;
  const [noun = "", ...rest] = route.split("/").slice(1).map(decodeURIComponent);
  const { wants, answer } = find(state, request, noun, rest, token);
  const accepted = wants?.old.join(", ") ?? "";
  const headers = token ? credentialHeaders(state, token, accepted) : {};
  const response = guard(state, token, wants, answer);
  return { ...response, headers: { ...headers, ...response.headers } };
}

interface Endpoint {
  /** Null: open to everybody. */
  wants: Wanted | null;
  answer(token: BitbucketToken): SimulatorResponse;
}

function guard(
  state: BitbucketState,
  token: BitbucketToken | null,
  wants: Wanted | null,
  answer: Endpoint["answer"],
): SimulatorResponse {
  if (wants === null) return answer(token as BitbucketToken);
  if (!token) return loginFailed(state);
  if (token.state === "rate-limited") return tooMany;
  if (token.state === "barred") {
    return jsonError(403, "To access this workspace, an administrator of it requires two-step verification.");
  }
  if (wants === wanted.user && isAccessToken(token)) {
    const form = state.options.userForAccessTokens ?? "scope";
    if (form === "mechanism")
      return jsonError(403, "This resource is not accessible by this authentication mechanism.");
    if (form === "unsupported") return tokenInvalid;
    if (form === "account" && missingScopes(token, wants).length === 0) return { status: 200, body: robot(state) };
    return lacksScopes(state, wants.old, token.scopes);
  }
  const missing = missingScopes(token, wants);
  return missing.length > 0 ? lacksScopes(state, missing, token.scopes) : answer(token);
}

function find(
  state: BitbucketState,
  request: SimulatorRequest,
  noun: string,
  rest: string[],
  asking: BitbucketToken | null,
): Endpoint {
  const { method, query } = request;
  const key = `${method} ${noun}/${rest.length}`;
  switch (key) {
    case "GET hook_events/0":
      return open({
        status: 200,
        body: { repository: hookEvents(state, "repository"), workspace: hookEvents(state, "workspace") },
      });
    case "GET user/0":
      return { wants: wanted.user, answer: ({ user }) => ({ status: 200, body: account(state, user) }) };
    case "GET user/1":
      if (rest[0] !== "workspaces") break;
      return { wants: wanted.workspaces, answer: (token) => page(request, workspacesOf(state, token)) };
    case "GET user/4":
      if (rest.join("/") !== `workspaces/${rest[1]}/permissions/repositories`) break;
      return { wants: wanted.repositoryRoles, answer: (token) => page(request, roles(state, token, rest[1], query)) };
    case "GET workspaces/1": {
      const known = state.repositories.find((row) => row.workspace === rest[0]);
      const seen = known && asking && (!isAccessToken(asking) || asking.where.split("/")[0] === rest[0]);
      const answer = seen
        ? { status: 200, body: workspaceBody(state, known.workspace) }
        : jsonError(404, `No workspace with identifier '${rest[0]}'.`);
      return { wants: wanted.workspace, answer: () => answer };
    }
    case "GET repositories/1":
      return { wants: wanted.repository, answer: (token) => listRepositories(state, request, token, rest[0]) };
    case "GET repositories/2": {
      const path = rest.join("/");
      const repository = state.repositories.find((row) => repositoryPath(row) === path);
      return {
        wants: repository && !repository.isPrivate && !asking ? null : wanted.repository,
        answer: (token) => {
          if (!repository || accessLevel(repository, token ?? null) === null) {
            return jsonError(404, `Repository ${path} not found`);
          }
          return { status: 200, body: repositoryBody(state, repository) };
        },
      };
    }
    case "GET users/2":
    case "POST users/2":
    case "DELETE users/3":
      if (rest[1] === "ssh-keys") return sshKeys(state, request, rest);
      break;
    case "GET repositories/0":
    case "GET workspaces/0":
    case "GET user/2":
      return open(removed(state));
  }
  return open(noSuchPath);
}

function open(response: SimulatorResponse): Endpoint {
  return { wants: null, answer: () => response };
}

function hookEvents({ url }: BitbucketState, subject: string) {
  return { links: { events: { href: `${url}/2.0/hook_events/${subject}` } } };
}

function workspacesOf({ repositories }: BitbucketState, token: BitbucketToken) {
  const slugs = new Set(repositories.filter((row) => accessLevel(row, token)).map((row) => row.workspace));
  return [...slugs].map((slug) => ({
    type: "workspace_access",
    administrator: false,
    workspace: { type: "workspace_base", slug },
  }));
}

function roles(state: BitbucketState, token: BitbucketToken, workspace: string | undefined, query: URLSearchParams) {
  const wantedPath = /^repository\.full_name="([^"]+)"$/.exec(query.get("q") ?? "")?.[1];
  return state.repositories.flatMap((row) => {
    const permission = token.user ? row.members[token.user.username] : undefined;
    const path = repositoryPath(row);
    if (row.workspace !== workspace || !permission || (wantedPath && wantedPath !== path)) return [];
    return [
      {
        type: "repository_permission",
        permission,
        repository: { type: "repository", full_name: path, name: row.slug, uuid: row.uuid },
      },
    ];
  });
}

const ranks = ["read", "write", "admin"];

/** Tokens of a repository or project may list only with a filter by project. */
function listRepositories(
  state: BitbucketState,
  request: SimulatorRequest,
  token: BitbucketToken,
  workspace: string | undefined,
): SimulatorResponse {
  const q = request.query.get("q") ?? "";
  const key = /^project\.key="([^"]+)"$/.exec(q)?.[1];
  const path = /^full_name="([^"]+)"$/.exec(q)?.[1];
  if ((token.kind === "repository" || token.kind === "project") && key === undefined) return accessDenied;
  const role = request.query.get("role");
  const least = role === "contributor" ? "write" : (role ?? "read").replace("member", "read");
  const rows = state.repositories.filter((row) => {
    const level = accessLevel(row, token);
    if (row.workspace !== workspace || level === null) return false;
    if (role && ranks.indexOf(level) < ranks.indexOf(least)) return false;
    return (key === undefined || row.projectKey === key) && (path === undefined || repositoryPath(row) === path);
  });
  return page(
    request,
    rows.map((row) => repositoryBody(state, row)),
  );
}

function sshKeys(state: BitbucketState, request: SimulatorRequest, [id, , keyId]: string[]): Endpoint {
  const owner = state.users.find((user) => user.uuid === id || user.accountId === id);
  const own = (token: BitbucketToken): SimulatorResponse | null => {
    if (!owner) return jsonError(404, `${id} is not a valid user`);
    return token.user === owner ? null : jsonError(403, "You do not have access to this user's keys.");
  };
  if (request.method === "GET") {
    return {
      wants: wanted.listKeys,
      answer: (token) => own(token) ?? page(request, owner?.sshKeys.map((row) => sshKeyBody(state, owner, row)) ?? []),
    };
  }
  if (request.method === "DELETE") {
    return {
      wants: wanted.removeKey,
      answer: (token) => {
        const refusal = own(token);
        if (refusal || !owner) return refusal ?? noSuchPath;
        const left = owner.sshKeys.filter((row) => row.uuid !== keyId && row.uuid !== `{${keyId}}`);
        if (left.length === owner.sshKeys.length) return jsonError(404, "SSH key not found");
        owner.sshKeys = left;
        return { status: 204 };
      },
    };
  }
  return { wants: wanted.addKey, answer: (token) => own(token) ?? addKey() };

  function addKey(): SimulatorResponse {
    const sent = JSON.parse(request.body || "{}") as { key?: string; label?: string };
    const [type = "", blob = "", ...comment] = (sent.key ?? "").split(" ");
    if (!/^(ssh-(ed25519|rsa)|ecdsa-sha2-nistp(256|384|521))$/.test(type) || !/^AAAA[A-Za-z0-9+/]+=*$/.test(blob)) {
      return jsonError(400, "Invalid SSH key.");
    }
    const key = `${type} ${blob}`;
    if (state.users.some((user) => user.sshKeys.some((row) => row.key === key))) {
      return jsonError(400, "Someone has already added that SSH key.");
    }
    const row = { uuid: mintUuid(), key, comment: comment.join(" "), label: sent.label ?? "" };
    owner?.sshKeys.push(row);
    return { status: 201, body: owner ? sshKeyBody(state, owner, row) : undefined };
  }
}

/** A made-up user of the access token: nobody recorded one. */
function robot(state: BitbucketState) {
  return {
    type: "user",
    uuid: "{00000000-0000-4000-8000-00000000b0b0}",
    display_name: "Forgepass",
    links: links(state),
  };
}

function links({ url }: BitbucketState) {
  return { self: { href: `${url}/2.0/users/robot` } };
}

/** The token that a request carries; null without one; an answer where it is not let in. */
function authenticate(state: BitbucketState, request: SimulatorRequest): BitbucketToken | SimulatorResponse | null {
  const header = request.headers.authorization;
  if (header === undefined) return null;
  const bearer = /^Bearer (.+)$/i.exec(header)?.[1];
  if (bearer !== undefined) {
    const token = state.tokens.find((row) => row.value === bearer);
    return token && isAccessToken(token) && token.state !== "dead" ? token : tokenInvalid;
  }
  const [username = "", ...password] = Buffer.from(/^Basic (.+)$/i.exec(header)?.[1] ?? "", "base64")
    .toString("utf8")
    .split(":");
  const token = state.tokens.find((row) => row.value === password.join(":"));
  if (token?.kind === "app-password") return appPasswordRemoved(state);
  if (token?.kind === "unscoped-api-token") return tokenInvalid;
  if (token?.kind !== "api-token" || token.state === "dead" || token.user?.email !== username)
    return loginFailed(state);
  return token;
}
