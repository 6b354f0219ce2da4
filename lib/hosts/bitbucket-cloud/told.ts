import { z } from "zod";
import type { Account } from "../adapter";
import type { Answer } from "../answer";
import { siteOrigin } from "./base-url";
import type { Place } from "./place";

/**
 * Reads what Bitbucket tells of credentials, users and places. Only what is used is read, strictly; anything of another
 * shape is null.
 */
export interface Told {
  /** Null where the answer does not name the kind. */
  type: string | null;
  scopes: readonly string[] | null;
}

const types: Readonly<Record<string, string>> = {
  api_token: "api-token",
  apppassword: "app-password",
  repo_access_token: "repository-token",
  project_access_token: "project-token",
  workspace_access_token: "workspace-token",
};

/**
 * X-Credential-Type and X-OAuth-Scopes, which are on refusals too. X-Accepted-OAuth-Scopes is left alone: it speaks of
 * old names even to tokens that carry new ones.
 */
export function readTold({ headers }: Answer): Told {
  const type = headers["x-credential-type"]?.trim() ?? "";
  return {
    type: Object.hasOwn(types, type) ? (types[type] ?? null) : null,
    scopes: readScopes(headers["x-oauth-scopes"]),
  };
}

function readScopes(header: string | undefined): readonly string[] | null {
  if (header === undefined || header.length > 10_000) return null;
  const names = header.split(/[\s,]+/).filter((name) => name !== "");
  return names.every((name) => /^[a-z][a-z0-9:_-]{0,79}$/.test(name)) ? [...new Set(names)] : null;
}

const uuid = z.string().regex(/^\{[0-9a-fA-F-]{36}\}$/);
const word = z.string().regex(/^[^@\s/\p{Cc}]{1,255}$/u);

const userBody = z.object({
  uuid,
  username: word.nullish(),
  nickname: z.string().max(500).nullish(),
  display_name: z.string().max(500).nullish(),
  account_id: z.string().max(200).nullish(),
});

/** GET /user. The user name is what Git wants and may be renamed; the uuid stays. */
export function readUser(json: unknown, baseUrl: string): Account | null {
  const parsed = userBody.safeParse(json);
  if (!parsed.success) return null;
  const { uuid: id, username, nickname, display_name } = parsed.data;
  const login = username ?? word.safeParse(nickname).data ?? id;
  return {
    id,
    login,
    name: display_name || null,
    url: `${siteOrigin(baseUrl)}/${encodeURIComponent(id)}/`,
    isBot: parsed.data.account_id == null,
  };
}

const slug = z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/);
const workspaceBody = z.object({ type: z.literal("workspace"), uuid, slug });
const repositoryBody = z.object({
  type: z.literal("repository"),
  uuid,
  full_name: z.string().regex(/^[A-Za-z0-9_.-]{1,100}\/[A-Za-z0-9_.-]{1,100}$/),
  is_private: z.boolean(),
  project: z.object({ key: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,99}$/) }).nullish(),
  workspace: z.object({ uuid, slug }).nullish(),
});

export type RepositoryBody = z.infer<typeof repositoryBody>;

/** GET /repositories/{workspace}/{repository}. */
export function readRepositoryBody(json: unknown): RepositoryBody | null {
  return repositoryBody.safeParse(json).data ?? null;
}

/** What the place that an access token was made in shows of itself. */
export interface Seen {
  /** Nobody is shown it without a credential. */
  isPrivate: boolean;
  repository: RepositoryBody | null;
  workspace: { uuid: string; slug: string } | null;
}

/** The answer to the question of `pathOf`: a repository, a list of a project's repositories, or a workspace. */
export function readPlace(json: unknown, { kind }: Place): Seen | null {
  if (kind === "workspace") {
    const workspace = workspaceBody.safeParse(json).data;
    return workspace ? { isPrivate: false, repository: null, workspace } : null;
  }
  const list = kind === "project" ? z.object({ values: z.array(repositoryBody) }).safeParse(json).data : undefined;
  const repository = kind === "project" ? (list?.values[0] ?? null) : readRepositoryBody(json);
  if (repository === null && list === undefined) return null;
  return { isPrivate: repository?.is_private ?? false, repository, workspace: repository?.workspace ?? null };
}

/**
 * Access tokens act as themselves and have no user: they are shown as what they were made in. The settled type counts,
 * where the owner had named something smaller.
 */
export function describePlace(type: string, place: Place, seen: Seen, baseUrl: string): Account {
  const site = siteOrigin(baseUrl);
  const bot = { name: null, isBot: true };
  const { repository } = seen;
  if (type === "workspace-token" || place.kind === "workspace") {
    const id = seen.workspace?.uuid ?? place.workspace;
    return { ...bot, id, login: place.workspace, url: `${site}/${place.workspace}/` };
  }
  const key = place.kind === "project" ? place.key : repository?.project?.key;
  if (type === "project-token" && key !== undefined) {
    // An empty project shows no uuid, so its key has to do.
    const id = `${place.workspace}/${key}`;
    return { ...bot, id, login: id, url: `${site}/${place.workspace}/workspace/projects/${key}` };
  }
  const login = repository?.full_name ?? place.path;
  return { ...bot, id: repository?.uuid ?? place.path, login, url: `${site}/${login}` };
}
