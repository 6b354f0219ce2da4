import { json, notFound, plain, timestamp } from "./gerrit-answers";
import { answerKeys } from "./gerrit-keys";
import {
  chainOf,
  type GerritAccount,
  type GerritProject,
  type GerritSections,
  type GerritState,
  groupsOf,
  hasTokens,
  isAllowed,
  versionOf,
} from "./gerrit-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * What the Gerrit simulator answers as its REST API. Below /a/ a password is asked for; without it strangers are
 * answered, whatever header they send.
 */
export function answerApi(
  state: GerritState,
  request: SimulatorRequest,
  path: string,
  account: GerritAccount | null,
): SimulatorResponse {
  const [noun = "", id = "", verb = "", ...rest] = path.split("/").filter((segment) => segment !== "");
  if (noun === "config" && id === "server") return answerConfig(state, request, verb);
  if (!account) {
    if (noun === "accounts" || noun === "access") {
      return state.options.strangersStatus === 404 ? notFound : plain(403, "Authentication required");
    }
    return notFound;
  }
  if (noun === "accounts" && id === "self") return answerSelf(state, request, { account, verb, rest });
  if (noun === "access") return answerAccess(state, request, account);
  return notFound;
}

function answerConfig(state: GerritState, request: SimulatorRequest, verb: string): SimulatorResponse {
  if (request.method !== "GET") return plain(405, "Not implemented: POST");
  if (verb === "version") return json(request, versionOf(state));
  if (verb !== "info") return notFound;
  const { authType = "OPENID", basicPolicy, maxTokenLifetime } = state.options;
  return json(request, {
    accounts: { visibility: "ALL", default_display_name: "FULL_NAME" },
    auth: {
      auth_type: authType,
      ...(basicPolicy && { git_basic_auth_policy: basicPolicy }),
      editable_account_fields: ["FULL_NAME", "REGISTER_NEW_EMAIL"],
      ...(hasTokens(state) && maxTokenLifetime !== undefined && { max_token_lifetime: maxTokenLifetime }),
    },
    gerrit: { all_projects: "All-Projects", all_users: "All-Users" },
  });
}

interface SelfRequest {
  account: GerritAccount;
  verb: string;
  rest: string[];
}

function answerSelf(
  state: GerritState,
  request: SimulatorRequest,
  { account, verb, rest }: SelfRequest,
): SimulatorResponse {
  if (verb === "sshkeys") return answerKeys(state, request, account, rest[0]);
  if (verb === "tokens" && hasTokens(state)) return answerTokens(state, request, account, rest[0]);
  if (verb === "password.http") return answerPassword(state, request, account);
  if (request.method !== "GET") return plain(405, `Not implemented: ${request.method} ${verb}`);
  switch (verb) {
    case "":
      return json(request, accountBody(account));
    case "detail":
      return json(request, { ...accountBody(account), registered_on: "2024-05-01 09:00:00.000000000" });
    case "capabilities":
      return answerCapabilities(state, request, account, rest[0]);
    case "groups":
      return json(
        request,
        groupsOf(account).map((group) => ({ id: encodeURIComponent(group), name: group.replace("global:", "") })),
      );
    default:
      return notFound;
  }
}

function accountBody({ id, name, username, isServiceUser }: GerritAccount): object {
  return {
    _account_id: id,
    name,
    email: `${username}@example.com`,
    username,
    ...(isServiceUser && { tags: ["SERVICE_USER"] }),
  };
}

function answerCapabilities(
  { options }: GerritState,
  request: SimulatorRequest,
  { capabilities }: GerritAccount,
  name: string | undefined,
): SimulatorResponse {
  if (options.hasCapabilities === false) return notFound;
  if (name === undefined) return json(request, capabilities);
  return Object.hasOwn(capabilities, name) ? plain(200, "ok\n") : notFound;
}

function answerTokens(
  { options }: GerritState,
  request: SimulatorRequest,
  account: GerritAccount,
  id: string | undefined,
): SimulatorResponse {
  const row = (token: GerritAccount["tokens"][number]) => ({
    id: token.id,
    ...(token.expiration && options.tokenRows !== "ids" && { expiration: timestamp(token.expiration) }),
  });
  if (id === undefined) {
    return request.method === "GET" ? json(request, account.tokens.map(row)) : plain(405, "Not implemented");
  }
  const known = account.tokens.find((token) => token.id === id);
  if (request.method === "DELETE") {
    if (!known) return notFound;
    account.tokens = account.tokens.filter((token) => token !== known);
    return { status: 204 };
  }
  if (request.method !== "PUT") return known ? json(request, row(known)) : notFound;
  if (known) return plain(409, "A token with this id already exists.");
  const days = /"lifetime"\s*:\s*"(\d+)d"/.exec(request.body)?.[1];
  if (
    options.maxTokenLifetime !== undefined &&
    (days === undefined || Number(days) * 1440 > options.maxTokenLifetime)
  ) {
    return plain(400, "Lifetime of token exceeds maximum");
  }
  const expiration = days === undefined ? null : new Date(Date.now() + Number(days) * 86_400_000);
  const made = { id, value: `generated+${id}/${"0aB".repeat(10)}`, expiration };
  account.tokens.push(made);
  return json(request, { ...row(made), token: made.value }, 201);
}

/** A new password replaces the only one at once. */
function answerPassword(state: GerritState, request: SimulatorRequest, account: GerritAccount): SimulatorResponse {
  if (hasTokens(state) || !/^(PUT|DELETE)$/.test(request.method)) return notFound;
  account.httpPassword = request.method === "PUT" ? `ETxgpih8xrNs${account.httpPassword?.length ?? 0}` : null;
  return request.method === "PUT" ? json(request, account.httpPassword) : { status: 204 };
}

function answerAccess(state: GerritState, request: SimulatorRequest, account: GerritAccount): SimulatorResponse {
  const named = request.query.getAll("project").map((name) => state.projects.find((project) => project.name === name));
  if (named.some((project) => !project || !isAllowed(state, { account, project, permission: "read" }))) return notFound;
  const rows = named.flatMap((project) =>
    project ? [[project.name, accessBody(state, project, account)] as const] : [],
  );
  return json(request, Object.fromEntries(rows));
}

function accessBody(state: GerritState, project: GerritProject, account: GerritAccount): object {
  const may = (permission: string) => isAllowed(state, { account, project, permission });
  const isOwner = may("owner") || account.capabilities.administrateServer === true;
  const [, parent] = chainOf(state, project);
  return {
    revision: "61157ed63e14d261b6dca40650472a9b0bd88474",
    ...(parent && { inherits_from: { id: encodeURIComponent(parent.name), name: parent.name } }),
    local: sectionsBody(project.sections),
    ...(isOwner && { is_owner: true }),
    owner_of: isOwner ? Object.keys(project.sections) : [],
    ...(isOwner && { can_upload: true }),
    ...(may("create") && { can_add: true }),
    config_visible: isOwner,
    groups: {},
  };
}

function sectionsBody(sections: GerritSections): object {
  const permissions = Object.entries(sections).map(([pattern, section]) => [
    pattern,
    {
      permissions: Object.fromEntries(
        Object.entries(section).map(([name, { exclusive, rules }]) => [
          name,
          {
            ...(name.startsWith("label-") && { label: name.slice("label-".length) }),
            ...(exclusive && { exclusive: true }),
            rules: Object.fromEntries(Object.entries(rules).map(([group, rule]) => [group, { force: false, ...rule }])),
          },
        ]),
      ),
    },
  ]);
  return Object.fromEntries(permissions);
}
