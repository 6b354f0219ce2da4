import {
  failure,
  noSuchProject,
  noSuchRepository,
  noSuchResource,
  noSuchUser,
  notPermitted,
} from "./bitbucket-data-center-errors";
import {
  type Caller,
  cap,
  type DataCenterProject,
  type DataCenterRepository,
  type DataCenterState,
  type DataCenterUser,
  effectiveLevel,
  parsePermission,
  projectLevel,
  repositoryLevel,
} from "./bitbucket-data-center-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * What the simulator answers below /rest/api: the version, users, projects, repositories, their permissions and builds.
 * Lists hold what the caller sees; ?permission= narrows them to what the caller, or its user, may do.
 */
export function answerApi(
  state: DataCenterState,
  request: SimulatorRequest,
  route: string,
  caller: Caller | null,
  base: string,
): SimulatorResponse {
  const segments = route.split("/").slice(1).map(decodeURIComponent);
  const [noun, first, nested, slug, ...rest] = segments;
  if (noun === "application-properties" && segments.length === 1) return ok(properties(state));
  if (noun === "users" && segments.length <= 2) return answerUsers(state, request, first, caller, base);
  if (noun === "repos" && segments.length === 1) return listRepositories(state, request, caller, base);
  if (noun !== "projects") return noSuchResource;
  if (first === undefined) return listProjects(state, request, caller, base);

  const project = state.projects.find((row) => row.key.toLowerCase() === first.toLowerCase());
  if (nested === undefined) {
    if (!project || !seesProject(state, project, caller)) return noSuchProject(first);
    return ok(projectBody(project, base));
  }
  if (nested !== "repos" || slug === undefined) return noSuchResource;
  const repository = state.repositories.find((row) => row.project === project && row.slug === slug);
  if (!repository) return caller ? noSuchRepository(first, slug) : notPermitted;
  const level = effectiveLevel(repository, caller);
  if (level === 0 && !repository.public) return caller ? noSuchRepository(first, slug) : notPermitted;
  if (rest.length === 0) return ok(repositoryBody(repository, base));
  if (rest.join("/") === "permissions/users") return level >= 3 ? ok(page([], request)) : notPermitted;
  const commit = rest[0] === "commits" && rest[2] === "builds" ? rest[1] : undefined;
  if (commit === undefined || request.method !== "POST") return noSuchResource;
  return level >= 1 ? keepStatus(state, request, commit) : notPermitted;
}

/** Deprecated since 7.14, shipped still. Whoever may sign in may set a status. */
export function answerBuildStatus(
  state: DataCenterState,
  request: SimulatorRequest,
  route: string,
  caller: Caller | null,
): SimulatorResponse {
  const commit = /^\/commits\/([^/]+)$/.exec(route)?.[1];
  if (commit === undefined) return noSuchResource;
  if (!caller) return notPermitted;
  if (request.method === "POST") return keepStatus(state, request, commit);
  return ok(
    page(
      state.statuses.filter((row) => row.commit === commit),
      request,
    ),
  );
}

function keepStatus(state: DataCenterState, request: SimulatorRequest, commit: string): SimulatorResponse {
  const body = readJson(request);
  const { key, url, state: outcome } = body;
  const isWhole = [key, url].every((text) => typeof text === "string" && text !== "");
  const outcomes = ["SUCCESSFUL", "FAILED", "INPROGRESS", "CANCELLED", "UNKNOWN"];
  if (!/^[0-9a-f]{40}$/.test(commit) || !isWhole || !outcomes.includes(String(outcome))) {
    return failure(400, "com.atlassian.bitbucket.validation.ArgumentValidationException", "The status is not valid.");
  }
  state.statuses.push({ commit, key: String(key), state: String(outcome) });
  return { status: 204 };
}

function answerUsers(
  state: DataCenterState,
  request: SimulatorRequest,
  slug: string | undefined,
  caller: Caller | null,
  base: string,
): SimulatorResponse {
  if (!caller) return notPermitted;
  if (slug !== undefined) {
    const user = state.users.find((row) => row.slug === slug && row.type === "NORMAL");
    return user ? ok(userBody(user, base)) : noSuchUser(slug);
  }
  const filter = (request.query.get("filter") ?? "").toLowerCase();
  const found = state.users.filter(({ name, displayName, type }) => {
    return type === "NORMAL" && `${name} ${displayName}`.toLowerCase().includes(filter);
  });
  return ok(
    page(
      found.map((user) => userBody(user, base)),
      request,
    ),
  );
}

function listProjects(
  state: DataCenterState,
  request: SimulatorRequest,
  caller: Caller | null,
  base: string,
): SimulatorResponse {
  const wanted = request.query.get("permission");
  const permission = wanted === null ? null : parsePermission(wanted);
  if (wanted !== null && permission?.family !== "PROJECT") {
    return failure(400, "com.atlassian.bitbucket.validation.ArgumentValidationException", "Unknown permission.");
  }
  const found = state.projects.filter((project) => {
    if (!permission) return seesProject(state, project, caller);
    return filtered(state, projectLevel(project, caller?.user ?? null), caller, "PROJECT") >= permission.level;
  });
  return ok(
    page(
      found.map((project) => projectBody(project, base)),
      request,
    ),
  );
}

function listRepositories(
  state: DataCenterState,
  request: SimulatorRequest,
  caller: Caller | null,
  base: string,
): SimulatorResponse {
  const wanted = request.query.get("permission");
  const permission = wanted === null ? null : parsePermission(wanted);
  if (wanted !== null && permission?.family !== "REPO") {
    return failure(400, "com.atlassian.bitbucket.validation.ArgumentValidationException", "Unknown permission.");
  }
  const key = request.query.get("projectkey")?.toLowerCase();
  const found = state.repositories.filter((repository) => {
    if (key !== undefined && repository.project.key.toLowerCase() !== key) return false;
    if (!permission) return repository.public || effectiveLevel(repository, caller) > 0;
    return filtered(state, repositoryLevel(repository, caller?.user ?? null), caller, "REPO") >= permission.level;
  });
  return ok(
    page(
      found.map((repository) => repositoryBody(repository, base)),
      request,
    ),
  );
}

/** What ?permission= goes by. */
function filtered(
  { options }: DataCenterState,
  level: number,
  caller: Caller | null,
  family: "PROJECT" | "REPO",
): number {
  if (!caller) return 0;
  return options.filterSeesToken === false ? level : Math.min(level, cap(caller.token, family));
}

/** PROJECT_VIEW, which a repository of it that one sees brings too. */
function seesProject(state: DataCenterState, project: DataCenterProject, caller: Caller | null): boolean {
  if (project.public) return true;
  if (caller && Math.min(projectLevel(project, caller.user), cap(caller.token, "REPO")) > 0) return true;
  return state.repositories.some((row) => row.project === project && (row.public || effectiveLevel(row, caller) > 0));
}

function properties({ options }: DataCenterState): object {
  const version = options.version ?? "9.4.0";
  return { version, buildNumber: "9004000", buildDate: "1730246400000", displayName: "Bitbucket" };
}

export function userBody(user: DataCenterUser, base: string): object {
  return {
    name: user.name,
    emailAddress: `${user.slug}@example.com`,
    active: true,
    displayName: user.displayName,
    id: user.id,
    slug: user.slug,
    type: user.type,
    links: { self: [{ href: `${base}/users/${user.slug}` }] },
  };
}

function projectBody(project: DataCenterProject, base: string): object {
  const { key, id, name } = project;
  const links = { self: [{ href: `${base}/projects/${key}` }] };
  return { key, id, name, public: project.public, type: "NORMAL", links };
}

function repositoryBody(repository: DataCenterRepository, base: string): object {
  const { id, slug, project, archived } = repository;
  const clone = { href: `${base}/scm/${project.key.toLowerCase()}/${slug}.git`, name: "http" };
  return {
    slug,
    id,
    name: slug,
    hierarchyId: "e3c939f9ef4a7fae272e",
    scmId: "git",
    state: "AVAILABLE",
    statusMessage: "Available",
    forkable: true,
    project: projectBody(project, base),
    public: repository.public,
    archived,
    links: { clone: [clone], self: [{ href: `${base}/projects/${project.key}/repos/${slug}/browse` }] },
  };
}

/** One page, as every list of Bitbucket's is. */
export function page(rows: readonly object[], request: SimulatorRequest): object {
  const start = Number(request.query.get("start") ?? 0);
  const limit = Number(request.query.get("limit") ?? 25);
  const values = rows.slice(start, start + limit);
  const isLastPage = start + limit >= rows.length;
  return { size: values.length, limit, isLastPage, values, start, nextPageStart: isLastPage ? null : start + limit };
}

export function ok(body: object, status = 200): SimulatorResponse {
  return { status, headers: { "content-type": "application/json;charset=UTF-8" }, body: JSON.stringify(body) };
}

export function readJson(request: SimulatorRequest): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(request.body);
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
