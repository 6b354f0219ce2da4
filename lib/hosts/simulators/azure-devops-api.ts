import { exception, json, notFound, stopped, turnAway, whyTurnedAway } from "./azure-devops-answers";
import { connectionBody, projectsOf, repositoryBody } from "./azure-devops-bodies";
import { answerGit } from "./azure-devops-git";
import { locationsOf } from "./azure-devops-locations";
import { type AzureDevopsState, type AzureDevopsToken, ceilings, hasPermission, hasScope } from "./azure-devops-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * What the Azure DevOps simulator answers below the organization's or collection's address. Who asks is settled first,
 * then the scope, then the api-version, then what is asked for.
 */
export function answerApi(
  state: AzureDevopsState,
  request: SimulatorRequest,
  path: string,
  base: string,
): SimulatorResponse {
  const { options } = state;
  const isServices = state.product === "services";
  const how =
    options.iisBasic || options.windowsOnly
      ? "iis-page"
      : (options.turnedAway ?? (isServices ? "sign-in-page" : "iis-page"));
  const given = request.headers.authorization;
  if (given === undefined) {
    if (options.publicProjects && path === "/_apis/connectionData") return json(200, connectionBody(state, null, base));
    return turnAway(isServices ? "empty-401" : "iis-page", state);
  }
  const token = options.iisBasic || options.windowsOnly ? undefined : tokenOf(state, given);
  const refused = whyTurnedAway(state, token, how);
  if (refused || !token) return refused ?? stopped();
  const answer = answerKnown(state, request, path, base, token);
  const seen = { "x-vss-userdata": `${token.user.id}:${token.user.account}` };
  const named =
    answer.status < 300 && answer.status !== 203 ? { ...answer, headers: { ...answer.headers, ...seen } } : answer;
  if (token.state !== "slowed") return named;
  const slowed = { "retry-after": "5", "x-ratelimit-delay": "0.4", "x-ratelimit-resource": "core" };
  return { ...named, headers: { ...named.headers, ...slowed }, delayMs: 100 };
}

function answerKnown(
  state: AzureDevopsState,
  request: SimulatorRequest,
  path: string,
  base: string,
  token: AzureDevopsToken,
): SimulatorResponse {
  if (request.method === "OPTIONS") return json(200, listOf(locationsOf(state, path)));
  if (path.includes("/_git/")) return answerGit(state, request, path, token);
  const at = path.indexOf("/_apis/");
  if (at === -1) return turnAway("sign-in-page", state);
  const [project, ...tooMany] = path.slice(0, at).split("/").filter(Boolean).map(decodeURIComponent);
  const route = path
    .slice(at + "/_apis".length)
    .split("/")
    .slice(1)
    .map(decodeURIComponent);
  const unfit = checkVersion(state, request, route[0] ?? "");
  const lacking = (...anyOf: string[]) =>
    hasScope(token, anyOf) ? null : turnAway(state.options.lackingScope ?? "empty-401", state);
  if (tooMany.length > 0) return nothingThere(path);

  switch (route[0]) {
    case "connectionData": {
      const short = state.options.connectionDataNeedsScope ? lacking("vso.profile") : null;
      return short ?? unfit ?? json(200, connectionBody(state, token, base), "5.0-preview.1");
    }
    case "ResourceAreas": {
      const areasAt = state.options.areasAt ?? (state.product === "services" ? `${base}/` : null);
      if (areasAt === null) return json(200, { count: 0, value: null });
      const area = (id: string, name: string) => ({ id, name, locationUrl: areasAt });
      return json(
        200,
        listOf([
          area("79134c72-4a58-4b42-976c-04e7115f32bf", "core"),
          area("4e080c62-fa21-4fbc-8fef-2a10a2b38049", "git"),
        ]),
      );
    }
    case "projects":
      return lacking("vso.profile", "vso.project") ?? unfit ?? json(200, listOf(projectsOf(state, request, base)));
    case "wit":
      return (
        lacking("vso.work") ??
        unfit ??
        json(200, listOf([{ referenceName: "System.LinkTypes.Related", name: "Related" }]))
      );
    case "permissions": {
      if (state.options.permissionsNeedFull && !hasScope(token, [])) return turnAway("empty-401", state);
      return unfit ?? answerPermissions(state, request, route, token);
    }
    case "git":
      return answerRepositories(state, request, { project, route, token, base, unfit, lacking });
    case "tokens":
      // The lifecycle of tokens is for Entra users only.
      return turnAway("sign-in-page", state);
    default:
      return nothingThere(path);
  }
}

interface GitCall {
  project: string | undefined;
  route: string[];
  token: AzureDevopsToken;
  base: string;
  unfit: SimulatorResponse | null;
  lacking: (...anyOf: string[]) => SimulatorResponse | null;
}

function answerRepositories(state: AzureDevopsState, request: SimulatorRequest, call: GitCall): SimulatorResponse {
  const { project, route, token, base, unfit, lacking } = call;
  const [, noun, id, verb, sha, last] = route;
  if (noun !== "repositories") return nothingThere(`/_apis/${route.join("/")}`);
  const readable = state.repositories.filter(
    (row) => hasPermission(row, token.user, 2) && (project === undefined || isNamed(row.project, project)),
  );
  if (id === undefined) {
    const rows = readable.map((row) => repositoryBody(state, row, base));
    return lacking("vso.code") ?? unfit ?? json(200, listOf(rows));
  }
  const found = readable.find((row) => isNamed(row, id));
  const missing = found
    ? null
    : notFound(
        `TF401019: The Git repository with name or identifier ${id} does not exist or you do not have permissions for the operation you are attempting.`,
        "GitRepositoryNotFoundException",
      );
  const isStatus = verb === "commits" && last === "statuses";
  const writes = request.method !== "GET";
  const anyOf = isStatus
    ? [writes ? "vso.code_write" : "vso.code", "vso.code_status"]
    : [writes ? "vso.code_write" : "vso.code"];
  const refused = state.options.looksUpFirst ? (missing ?? lacking(...anyOf)) : (lacking(...anyOf) ?? unfit ?? missing);
  if (refused || !found) return refused ?? nothingThere(id);
  if (verb === undefined && !writes) return json(200, repositoryBody(state, found, base));
  if (verb === "refs" && !writes) return json(200, listOf([{ name: "refs/heads/main", objectId: "1".repeat(40) }]));
  if (!isStatus && verb !== "refs") return nothingThere(verb ?? id);
  if (isStatus && !writes) return json(200, listOf([]));
  if (!hasPermission(found, token.user, 4)) return needsPermission("GenericContribute", token);
  return isStatus && sha !== undefined
    ? json(201, { state: "succeeded", context: { name: "forgepass", genre: "check" }, id: 1 })
    : json(200, listOf([]));
}

function answerPermissions(
  state: AzureDevopsState,
  request: SimulatorRequest,
  [, namespace, bits]: string[],
  token: AzureDevopsToken,
): SimulatorResponse {
  const [root, projectId, repositoryId] = (request.query.get("tokens") ?? "").split("/");
  const row = state.repositories.find(({ id, project }) => id === repositoryId && project.id === projectId);
  const isGit = namespace === "2e9eb7ed-3c0a-47d4-87c1-0ffdd275fd87" && root === "repoV2";
  if (!isGit || !/^\d+$/.test(bits ?? ""))
    return exception(400, "The security namespace does not exist.", "InvalidSecurityNamespaceException");
  return json(200, listOf([row !== undefined && hasPermission(row, token.user, Number(bits))]));
}

export function needsPermission(permission: string, token: AzureDevopsToken): SimulatorResponse {
  const who = `identity '${token.user.account}', scope 'repository'`;
  const message = `TF401027: You need the Git '${permission}' permission to perform this action. Details: ${who}.`;
  return exception(403, message, "GitNeedsPermissionException");
}

/** Basic, with any user name. As Bearer, Azure DevOps takes Entra's tokens only. */
export function tokenOf(state: AzureDevopsState, authorization: string): AzureDevopsToken | undefined {
  const encoded = /^Basic (.+)$/i.exec(authorization)?.[1];
  const plain = Buffer.from(encoded ?? "", "base64").toString("utf8");
  return state.tokens.find((row) => row.value === plain.slice(plain.indexOf(":") + 1));
}

function checkVersion(state: AzureDevopsState, request: SimulatorRequest, area: string): SimulatorResponse | null {
  const fromAccept = /api-version=([\w.-]+)/.exec(request.headers.accept ?? "")?.[1];
  const asked = request.query.get("api-version") ?? fromAccept;
  if (asked === undefined) return null;
  const { max, released } = ceilings[state.product];
  const [number = ""] = asked.split("-");
  const isPreview = asked.includes("-preview");
  if (Number(number) > Number(max) || Number(number) < 1) {
    const message = `The requested REST API version of ${asked} is out of range for this server. The latest REST API version this server supports is ${max}.`;
    return exception(400, message, "VssVersionOutOfRangeException");
  }
  if (!isPreview && (area === "connectionData" || Number(number) > Number(released))) {
    const message = `The requested version "${asked}" of the resource is under preview. The -preview flag must be supplied in the api-version for such requests. For example: "${asked}-preview"`;
    return exception(400, message, "VssInvalidPreviewVersionException");
  }
  return null;
}

export function isNamed(row: { id: string; name: string }, given: string): boolean {
  return row.id === given || row.name.toLowerCase() === given.toLowerCase();
}

function nothingThere(path: string): SimulatorResponse {
  return notFound(
    `The controller for path '${path}' was not found or does not implement IController.`,
    "HttpException",
  );
}

function listOf(value: readonly unknown[]): object {
  return { count: value.length, value };
}
