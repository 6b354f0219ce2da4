import { createRequesterFn } from "@gitbeaker/requester-utils";
import {
  GroupAccessTokens,
  PersonalAccessTokens,
  ProjectAccessTokens,
  ProjectMembers,
  Projects,
  UserSSHKeys,
  Users,
} from "@gitbeaker/rest";
import type { Secret } from "../../secret";
import type { Connection } from "../adapter";
import { type Answer, readAnswer } from "../answer";
import { trimSlash } from "./base-url";

/**
 * GitLab's client over the guarded transport. Each request is sent once, whatever the answer, and an answer of any
 * status comes back as a value. A token goes into the Authorization header and nowhere else, as GitLab takes Bearer for
 * personal and OAuth tokens alike, and as every HTTP library knows that header to be secret.
 */
export function openClient(host: Connection, token: Secret) {
  const options = {
    host: trimSlash(host.baseUrl),
    oauthToken: () => Promise.resolve(token.reveal()),
    requesterFn: createRequesterFn(
      (_, request) => Promise.resolve(request),
      async (path, request = {}) => {
        const { prefixUrl, searchParams, method, headers, body } = request as {
          prefixUrl: string;
          searchParams?: string;
          method: string;
          headers: Record<string, string>;
          body?: string;
        };
        const url = new URL(path, `${trimSlash(prefixUrl)}/`);
        url.search = searchParams ?? "";
        const answer = await readAnswer(await host.transport.fetch(url, { method, headers, ...(body && { body }) }));
        // Without headers, or gitbeaker would follow links to further pages of a list.
        return { body: { answer }, status: answer.status, headers: {} };
      },
    ),
    rateLimits: {},
    queryTimeout: null,
  };
  const users = new Users(options);
  const tokens = new PersonalAccessTokens(options);
  const projectTokens = new ProjectAccessTokens(options);
  const groupTokens = new GroupAccessTokens(options);
  const projects = new Projects(options);
  const members = new ProjectMembers(options);
  const keys = new UserSSHKeys(options);
  return {
    user: () => unwrap(users.showCurrentUser()),
    self: () => unwrap(tokens.show()),
    tokens: () => unwrap(tokens.all({ state: "active", perPage: 100 })),
    rotate: (expiresAt: string) => unwrap(tokens.rotate("self", { expiresAt })),
    rotateOf: (owner: "project" | "group", id: string, expiresAt: string) =>
      unwrap((owner === "project" ? projectTokens : groupTokens).rotate(id, "self", { expiresAt })),
    project: (path: string) => unwrap(projects.show(path)),
    member: (path: string, userId: string) => unwrap(members.show(path, Number(userId), { includeInherited: true })),
    keys: (page: number) => unwrap(keys.all(pageOf(page))),
    addKey: (title: string, key: string, usageType: UsageType) => unwrap(keys.create(title, key, { usageType })),
    removeKey: (id: string) => unwrap(keys.remove(Number(id))),
  };
}

export type UsageType = "auth" | "signing" | "auth_and_signing";

export const keysPerPage = 100;

/** gitbeaker's type leaves out that the list of keys has pages. */
function pageOf(page: number): { showExpanded: false; page: number; perPage: number } {
  return { showExpanded: false, page, perPage: keysPerPage };
}

/** What gitbeaker has no method for: the version, OAuth's description of a token, Git's list of references. */
export async function get(
  host: Connection,
  path: string,
  authorization: string | null,
  extra: Record<string, string> = {},
): Promise<Answer> {
  const headers = authorization === null ? extra : { ...extra, authorization };
  return readAnswer(await host.transport.fetch(`${trimSlash(host.baseUrl)}${path}`, { headers }));
}

async function unwrap(answered: Promise<unknown>): Promise<Answer> {
  return ((await answered) as { answer: Answer }).answer;
}
