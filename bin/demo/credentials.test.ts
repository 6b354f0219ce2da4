import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureBuiltInConsumers } from "../../lib/consumers/ensure-built-in-consumers";
import { type CredentialListRow, listCredentials } from "../../lib/credentials/list";
import { storeCredential } from "../../lib/credentials/store";
import { kinds } from "../../lib/hosts/registry";
import { checkSshKey } from "../../lib/ssh-keys/check";
import { listSshKeys } from "../../lib/ssh-keys/list";
import { createTestDatabase, type TestDatabase } from "../../lib/testing/database";
import { inputOf, storeEveryState } from "./credentials";
import { addDemoHosts, type Simulated, startHosts } from "./hosts";
import { storeOverTime } from "./over-time";
import { addPeople, type People } from "./people";
import { mintEntries, mintSamples } from "./samples";

let database: TestDatabase;
let simulated: Simulated;
let people: People;
let hosts: Awaited<ReturnType<typeof addDemoHosts>>;

beforeAll(async () => {
  database = await createTestDatabase({ FORGEPASS_ALLOWED_NETWORKS: "127.0.0.0/8" });
  await ensureBuiltInConsumers();
  simulated = await startHosts();
  people = await addPeople();
  hosts = await addDemoHosts(simulated, people.admin);
  await storeEveryState(hosts, people);
  await storeOverTime(hosts, people);
}, 60_000);

afterAll(async () => {
  await Promise.all(Object.values(simulated).map((host) => host.close()));
  await database.drop();
});

async function rowsOf({ id }: { id: string }): Promise<CredentialListRow[]> {
  const query = { search: "", filter: "all", take: 100 } as const;
  const list = await listCredentials(people.alice, { type: "user", id }, query);
  if (!list.ok) throw new Error(list.error.message);
  return list.value.rows;
}

describe("the demo", () => {
  it("has teams, ends all over the year, tokens unused for months, and what somebody left behind", async () => {
    const [row] = await database.query(
      `SELECT count(*) FILTER (WHERE "teamId" IS NOT NULL)::int AS teams,
              count(DISTINCT date_trunc('month', "expiresAt")) FILTER (WHERE "expiresAt" > now())::int AS months,
              count(*) FILTER (WHERE "enteredAt" < now() - interval '90 days' AND "lastUsedAt" IS NULL)::int AS unused,
              count(*) FILTER (WHERE "rejectedAt" IS NOT NULL)::int AS rejected,
              count(*) FILTER (WHERE u."disabledAt" IS NOT NULL)::int AS left
       FROM "Credential" c LEFT JOIN "User" u ON u.id = c."ownerId"`,
    );
    expect(row).toMatchObject({ teams: 5, rejected: 1, left: 4 });
    expect(Number(row?.months)).toBeGreaterThan(6);
    expect(Number(row?.unused)).toBeGreaterThan(3);
  });

  it("shows Alice a credential in every state", async () => {
    const rows = await rowsOf(people.alice);
    const wordOn = Object.fromEntries(rows.map(({ host, assessment }) => [host.name, assessment?.word ?? "none"]));
    expect(wordOn).toEqual({
      "GitHub (simulated)": "works",
      "GitHub with single sign-on": "needs SSO authorisation",
      "GitHub Enterprise Server 3.19": "ends soon",
      "GitHub Enterprise Server 3.16": "expired",
      "Overloaded GitHub": "not checked yet",
      "Sandbox GitHub": "none",
      "GitLab 18.4": "lacks 2 scopes",
      "GitLab 17.11": "none",
      "GitLab with a relative root": "revoked",
      "Sandbox GitLab": "none",
      "Bitbucket Cloud": "none",
      "Bitbucket Data Center 9.4": "rejected",
      "Azure DevOps Services": "scopes cannot be told",
      "TFS 2018": "none",
      "AWS CodeCommit": "none",
      "Gitea 1.27": "works",
      "Forgejo 15": "scopes cannot be told",
      "Gerrit 3.13": "works",
    });
    const excess = rows.find(({ host }) => host.name === "Gitea 1.27")?.assessment?.excess ?? [];
    expect(excess.map(({ scope }) => scope)).toEqual(expect.arrayContaining(["write:admin", "write:organization"]));
    expect(rows.find(({ host }) => host.name === "GitLab 17.11")?.global?.login).toBe("svc-batch");
  });

  it("has every kind of code host", () => {
    expect(new Set(Object.values(hosts).map(({ kind }) => kind))).toEqual(new Set(kinds));
  });

  it("has a key pair where Git is used over SSH", async () => {
    const rows = (await rowsOf(people.alice)).filter(({ host }) => host.gitOverSsh);
    expect(rows.map(({ host }) => host.name)).toEqual(["Azure DevOps Services", "Sandbox GitHub"]);
    const credentialId = rows[0]?.credential?.id ?? "";
    const keys = await listSshKeys(people.alice, { owner: { type: "user", id: people.alice.id }, credentialId });
    expect(keys).toMatchObject({ ok: true, value: [{ use: "git", algorithm: "rsa" }] });
    const point = { owner: { type: "user", id: people.alice.id }, credentialId, use: "git" } as const;
    expect(await checkSshKey(people.alice, point)).toMatchObject({ ok: true, value: { state: "unknown" } });
    const key = keys.ok ? (keys.value[0]?.publicKey ?? "") : "";
    const headers = { accept: "text/html" };
    await fetch(`${hosts.azure.baseUrl}/_usersSettings/keys`, {
      method: "POST",
      headers,
      body: `key=${encodeURIComponent(key)}`,
    });
    expect(await checkSshKey(people.alice, point)).toMatchObject({ ok: true, value: { state: "known" } });
  });

  it("has samples to paste for the hosts on which Alice has nothing yet", async () => {
    const empty = (await rowsOf(people.alice)).filter(({ credential, global }) => !credential && !global);
    const titles = mintSamples(hosts).map(({ title }) => title);
    for (const { host } of empty) expect(titles.join()).toContain(`${host.name} (${host.baseUrl}`);
  });

  it("has samples of every other kind that do what their labels say", async () => {
    const { admin } = people;
    const answers = await Promise.all(
      mintEntries(hosts).map(async ({ host, entries }) => {
        const answer: Record<string, string> = {};
        // Only the good one can be stored, and then no other.
        for (const [about, entry] of [...entries].reverse().filter(([about]) => about !== "may not push there")) {
          const stored = await storeCredential(admin, inputOf(host, { type: "user", id: admin.id }, entry));
          answer[about] = stored.ok ? "stored" : stored.error.code;
        }
        return answer;
      }),
    );
    const three = { good: "stored", "lacks scopes": "needs-confirmation", rejected: "host-refused" };
    const { good, rejected } = three;
    expect(answers).toEqual([
      { ...three, "no longer taken": "invalid-input" },
      ...[three, three, three],
      { good, "lacks permissions": "needs-confirmation", rejected },
      ...[three, three],
      { good, rejected },
    ]);
  });
});
