import type { Expiry } from "../adapter";
import { usedBefore } from "../last-use";
import { type Identity, plainSlug } from "./account";
import { askKnown, type Question } from "./question";
import { readTokenId } from "./recognise";
import {
  type Caller,
  type Page,
  readPage,
  readProjects,
  readRepository,
  readTokenRecord,
  type TokenRecord,
} from "./told";

/**
 * What a credential may do. Exactly, from the token's own record, where it may read that; Atlassian says that tokens
 * cannot manage tokens, so it is asked once. Else from lists: an empty list of what it may write to proves that it may
 * not, and a full one proves nothing of a token, as it may go by what the token's owner may.
 */
export interface Rights {
  /** What it surely may do. */
  scopes: readonly string[];
  /** Given: `scopes` is not all of it. */
  absent: readonly string[] | null;
  expiry: Expiry;
  /** The token's record told it all. */
  isExact: boolean;
  /** Where the token's record was found. */
  foundAs: "http-access-token" | "project-token" | "repository-token" | null;
  /** Before this check; absent: not told. */
  lastUsedAt?: Date | null;
}

/** Which lists are asked for, within the six requests that a verification may take. */
const listsFor: Record<string, readonly string[]> = {
  "http-access-token": ["PROJECT_READ", "PROJECT_WRITE", "REPO_WRITE"],
  "project-token": ["PROJECT_READ", "PROJECT_WRITE", "REPO_WRITE"],
  // It cannot have permissions on projects: an empty list of those that it may read says that of writing too.
  "repository-token": ["PROJECT_READ", "REPO_READ", "REPO_WRITE"],
  password: ["PROJECT_READ", "PROJECT_WRITE", "REPO_READ", "REPO_WRITE"],
};

type Lists = Readonly<Record<string, Promise<Page | null>>>;

/** @param startedAt when the verification's first question went out */
export async function askRights(
  question: Question,
  caller: Caller,
  identified: Promise<Identity>,
  startedAt: number,
): Promise<Rights> {
  const { type } = question.entered;
  const wanted = listsFor[type] ?? [];
  const lists: Lists = Object.fromEntries(wanted.map((permission) => [permission, askList(question, permission)]));
  const [record, ...pages] = await Promise.all([
    askRecord(question, caller, identified, lists, startedAt),
    ...wanted.map((permission) => lists[permission]),
  ]);
  const told = Object.fromEntries(wanted.map((permission, index) => [permission, pages[index] ?? null]));
  if (type === "password") return readPassword(told);
  const foundAs = record ? (type as Rights["foundAs"]) : null;
  if (record?.permissions) {
    const { permissions: scopes, expiry, used } = record;
    return { scopes, absent: null, expiry, isExact: true, foundAs, ...used };
  }
  return { ...readToken(told), expiry: record?.expiry ?? { known: false }, isExact: false, foundAs, ...record?.used };
}

async function askList(question: Question, permission: string): Promise<Page | null> {
  const noun = permission.startsWith("PROJECT_") ? "projects" : "repos";
  const limit = permission.endsWith("_READ") ? 25 : 1;
  const answer = await askKnown(question, `/rest/api/latest/${noun}?permission=${permission}&limit=${limit}`);
  return answer?.status === 200 ? readPage(answer.json) : null;
}

/** The token's own record: with its user's, its project's or its repository's, by the id that is in the token. */
async function askRecord(
  question: Question,
  caller: Caller,
  identified: Promise<Identity>,
  lists: Lists,
  startedAt: number,
): Promise<(TokenRecord & { used: ReturnType<typeof usedBefore> }) | null> {
  const { type, token } = question.entered;
  const id = type === "password" ? null : readTokenId(token.reveal());
  const owner = id === null ? null : await ownerPath(type, caller, identified, lists);
  if (id === null || owner === null) return null;
  const answer = await askKnown(question, `/rest/access-tokens/latest/${owner}/${id}`);
  const record = answer?.status === 200 ? readTokenRecord(answer.json, id) : null;
  if (!answer || !record) return null;
  return { ...record, used: record.lastUsedAt ? usedBefore(record.lastUsedAt, answer, startedAt) : {} };
}

/** A project's or a repository's token sees what it is of, and nothing else but what is public. */
async function ownerPath(
  type: string,
  caller: Caller,
  identified: Promise<Identity>,
  lists: Lists,
): Promise<string | null> {
  if (type === "project-token") {
    const [project, ...others] = readProjects((await lists.PROJECT_READ) ?? null);
    return project && others.length === 0 ? `projects/${project.key}` : null;
  }
  if (type === "repository-token") {
    const [row, ...others] = (await lists.REPO_READ)?.values ?? [];
    const repository = others.length === 0 ? readRepository(row) : null;
    return repository && `projects/${repository.project.key}/repos/${repository.slug}`;
  }
  const slug = plainSlug(caller) ?? (await slugOf(identified));
  return slug && `users/${encodeURIComponent(slug)}`;
}

async function slugOf(identified: Promise<Identity>): Promise<string | null> {
  const identity = await identified;
  return identity.kind === "known" ? identity.user.slug : null;
}

type Told = Readonly<Record<string, Page | null>>;

/** Every token may read repositories: none can be made with less. A project that is not public proves reading those. */
function readToken(told: Told): Pick<Rights, "scopes" | "absent"> {
  const isReader = readProjects(told.PROJECT_READ ?? null).some((project) => !project.public);
  const absent = Object.keys(told).filter((permission) => permission !== "REPO_READ" && isEmpty(told[permission]));
  return { scopes: isReader ? ["PROJECT_READ", "REPO_READ"] : ["REPO_READ"], absent };
}

/** A password may do what its account may, so that a full list is a proof too. Nothing is asked about administration. */
function readPassword(told: Told): Rights {
  const scopes = Object.keys(told).filter((permission) => (told[permission]?.values.length ?? 0) > 0);
  const absent = Object.keys(told).filter((permission) => isEmpty(told[permission]));
  return { scopes, absent, expiry: { known: false }, isExact: false, foundAs: null };
}

function isEmpty(page: Page | null | undefined): boolean {
  return page?.isLastPage === true && page.values.length === 0;
}
