import { randomUUID } from "node:crypto";
import { ensureBuiltInConsumers } from "../consumers/ensure-built-in-consumers";
import { type GithubSimulator, startGithubSimulator } from "../hosts/simulators/github";
import { type GitlabSimulator, startGitlabSimulator } from "../hosts/simulators/gitlab";
import { Secret } from "../secret";
import { type UserActor, userActor } from "../testing/actors";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import type { StoreInput } from "./input";

/** A database with two people, an admin and two simulated code hosts, for the tests of this folder. */
export interface CredentialsFixture {
  database: TestDatabase;
  github: GithubSimulator;
  gitlab: GitlabSimulator;
  githubId: string;
  gitlabId: string;
  alice: UserActor;
  bob: UserActor;
  admin: UserActor;
  drop(): Promise<void>;
}

export const GITHUB_SCOPES = ["repo", "read:org", "user:email", "read:discussion", "workflow"];
export const GITLAB_SCOPES = ["api", "read_repository", "write_repository"];

export async function createCredentialsFixture(): Promise<CredentialsFixture> {
  const [database, github, gitlab] = await Promise.all([
    createTestDatabase({ FORGEPASS_ALLOWED_NETWORKS: "127.0.0.0/8" }),
    startGithubSimulator(),
    startGitlabSimulator(),
  ]);
  await ensureBuiltInConsumers();
  const [alice, bob, admin] = await Promise.all([
    addUser(database, "alice", "USER"),
    addUser(database, "bob", "USER"),
    addUser(database, "admin", "ADMIN"),
  ]);
  const [githubId, gitlabId] = await Promise.all([
    addHost(database, "github", "Sim GitHub", github.url),
    addHost(database, "gitlab", "Sim GitLab", gitlab.url),
  ]);
  return {
    ...{ database, github, gitlab, githubId, gitlabId, alice, bob, admin },
    drop: async () => {
      await Promise.all([github.close(), gitlab.close(), database.drop()]);
    },
  };
}

export async function addUser(database: TestDatabase, name: string, role: "USER" | "ADMIN"): Promise<UserActor> {
  const actor = { ...userActor(name, role), ip: "127.0.0.1" };
  const { id, email } = actor;
  await database.query(
    `INSERT INTO "User" (id, email, name, "passwordHash", role, "updatedAt") VALUES ($1, $2, $3, 'none', $4::"Role", now())`,
    [id, email, name, role],
  );
  return actor;
}

export async function addHost(database: TestDatabase, kind: string, name: string, baseUrl: string): Promise<string> {
  const id = randomUUID();
  await database.query(
    `INSERT INTO "CodeHost" (id, kind, name, "baseUrl", "updatedAt") VALUES ($1, $2, $3, $4, now())`,
    [id, kind, name, baseUrl],
  );
  return id;
}

/** An add for oneself, unless told otherwise. */
export function storeInput(
  actor: UserActor,
  codeHostId: string,
  token: string,
  more: Partial<StoreInput> = {},
): StoreInput {
  return {
    owner: { type: "user", id: actor.id },
    codeHostId,
    credentialId: null,
    type: null,
    fields: {},
    token: new Secret(token),
    repository: null,
    confirm: [],
    ...more,
  };
}
