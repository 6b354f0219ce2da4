/**
 * Where an access token was made: a repository, a project or a workspace, as its owner names it. The names go into
 * addresses and queries, so nothing but the characters of Bitbucket's slugs and keys passes.
 */
export type Place =
  | { kind: "repository"; workspace: string; slug: string; path: string }
  | { kind: "project"; workspace: string; key: string; path: string }
  | { kind: "workspace"; workspace: string; path: string };

const slug = /^[A-Za-z0-9_.-]{1,100}$/;
/** Project keys: letters, digits and underscores, beginning with a letter (support.atlassian.com, "Create a project"). */
const projectKey = /^[A-Z][A-Z0-9_]{0,99}$/;

/** workspace/repository, also out of a web address; null when it is not one. */
export function readRepository(text: string): Extract<Place, { kind: "repository" }> | null {
  const [workspace = "", name = "", ...more] = segmentsOf(text);
  const repository = name.replace(/\.git$/, "");
  if (more.length > 0 || !isSlug(workspace) || !isSlug(repository)) return null;
  return { kind: "repository", workspace, slug: repository, path: `${workspace}/${repository}` };
}

/** workspace/KEY. */
export function readProject(text: string): Extract<Place, { kind: "project" }> | null {
  const [workspace = "", key = "", ...more] = segmentsOf(text);
  if (more.length > 0 || !isSlug(workspace) || !projectKey.test(key)) return null;
  return { kind: "project", workspace, key, path: `${workspace}/${key}` };
}

/** workspace. Of a longer path it is the first part. */
export function readWorkspace(text: string): Extract<Place, { kind: "workspace" }> | null {
  const [workspace = ""] = segmentsOf(text);
  return isSlug(workspace) ? { kind: "workspace", workspace, path: workspace } : null;
}

/**
 * Where to ask about a token of this type. What the owner entered for another type still serves: Bitbucket may have
 * shown since that the token of a repository is really its project's.
 */
export function placeOf(type: string, where: string): Place | null {
  if (type === "workspace-token") return readWorkspace(where);
  if (type === "project-token") return readProject(where) ?? readRepository(where) ?? readWorkspace(where);
  return readRepository(where) ?? readWorkspace(where);
}

function segmentsOf(text: string): string[] {
  if (text.length > 500) return [];
  const path = text.replace(/^https:\/\/(www\.)?bitbucket\.org\//i, "").replace(/\/$/, "");
  return path.split("/");
}

function isSlug(text: string): boolean {
  return slug.test(text) && !/^\.{1,2}$/.test(text);
}
