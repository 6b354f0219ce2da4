import { createHash } from "node:crypto";
import type { BitbucketRepository, BitbucketSshKey, BitbucketState, BitbucketUser } from "./bitbucket-cloud-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/** Bodies of Bitbucket Cloud's ordinary answers, with the members that its published description gives them. */
export function repositoryPath({ workspace, slug }: BitbucketRepository): string {
  return `${workspace}/${slug}`;
}

/** As recorded for GET /user. */
export function account({ url }: BitbucketState, user: BitbucketUser | null) {
  if (!user) return null;
  return {
    type: "user",
    username: user.username,
    nickname: user.username,
    display_name: user.displayName,
    has_2fa_enabled: null,
    account_id: user.accountId,
    account_status: "active",
    uuid: user.uuid,
    created_on: "2019-05-02T09:14:31.000000+00:00",
    is_staff: false,
    location: null,
    links: {
      self: { href: `${url}/2.0/users/${encodeURIComponent(user.uuid)}` },
      html: { href: `${url}/${encodeURIComponent(user.uuid)}/` },
      avatar: { href: `${url}/account/${user.username}/avatar/` },
    },
  };
}

export function workspaceBody({ url }: BitbucketState, slug: string) {
  return {
    type: "workspace",
    uuid: stableUuid(`workspace ${slug}`),
    slug,
    name: slug,
    is_private: true,
    links: { self: { href: `${url}/2.0/workspaces/${slug}` }, html: { href: `${url}/${slug}/` } },
  };
}

export function repositoryBody(state: BitbucketState, repository: BitbucketRepository) {
  const { url } = state;
  const path = repositoryPath(repository);
  const projectPage = `${url}/${repository.workspace}/workspace/projects/${repository.projectKey}`;
  return {
    type: "repository",
    uuid: repository.uuid,
    full_name: path,
    name: repository.slug,
    slug: repository.slug,
    is_private: repository.isPrivate,
    scm: "git",
    mainbranch: { type: "branch", name: "main" },
    workspace: workspaceBody(state, repository.workspace),
    project: {
      type: "project",
      uuid: stableUuid(`project ${repository.workspace}/${repository.projectKey}`),
      key: repository.projectKey,
      name: repository.projectKey,
      links: { html: { href: projectPage } },
    },
    links: { self: { href: `${url}/2.0/repositories/${path}` }, html: { href: `${url}/${path}` } },
  };
}

export function sshKeyBody(state: BitbucketState, owner: BitbucketUser, row: BitbucketSshKey) {
  const blob = Buffer.from(row.key.split(" ")[1] ?? "", "base64");
  return {
    type: "ssh_key",
    uuid: row.uuid,
    key: row.key,
    label: row.label,
    comment: row.comment,
    fingerprint: createHash("sha256").update(blob).digest("base64").replace(/=+$/, ""),
    created_on: "2026-11-22T09:00:00.000000+00:00",
    last_used: null,
    expires_on: null,
    owner: account(state, owner),
    links: { self: { href: `${state.url}/2.0/users/${owner.uuid}/ssh-keys/${row.uuid.slice(1, -1)}` } },
  };
}

/** Ten to a page unless asked for more, a hundred at most; `next` only where there is one. */
export function page(request: SimulatorRequest, values: unknown[]): SimulatorResponse {
  const pagelen = Math.min(Math.max(Number(request.query.get("pagelen") ?? 10) || 10, 1), 100);
  const number = Math.max(Number(request.query.get("page") ?? 1) || 1, 1);
  const next = new URLSearchParams(request.query);
  next.set("page", String(number + 1));
  const isLast = number * pagelen >= values.length;
  const body = {
    pagelen,
    page: number,
    size: values.length,
    values: values.slice((number - 1) * pagelen, number * pagelen),
    ...(!isLast && { next: `http://${request.headers.host}${request.path}?${next}` }),
  };
  return { status: 200, body };
}

function stableUuid(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return `{${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-")}}`;
}
