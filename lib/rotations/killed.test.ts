import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { gitlab as gitlabAdapter } from "../hosts/gitlab/adapter";
import { openTransport } from "../hosts/http";
import { Secret } from "../secret";
import { createRotationsFixture, type RotationsFixture } from "./fixture";
import { asProgram } from "./killed-fixture";
import { patience } from "./prove";

/** Rotations in a process of their own, which is killed at each step; another process then goes on. */
// A process takes seconds to start, and on a busy machine many.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = resolve("build/test-rotations");
const program = join(folder, "rotate.mjs");
let fixture: RotationsFixture;
let holder: pg.Client;
const children: ChildProcess[] = [];

beforeAll(async () => {
  Object.assign(patience, { overlapPausesMs: [1], pausesMs: [1] });
  fixture = await createRotationsFixture();
  mkdirSync(folder, { recursive: true });
  const entryPoints = [resolve("lib/rotations/killed-fixture.ts")];
  await build({ entryPoints, outfile: program, bundle: true, platform: "node", format: "esm", packages: "external" });
});
beforeEach(async () => {
  holder = new pg.Client({ connectionString: fixture.database.url });
  await holder.connect();
  await fixture.database.query(`DELETE FROM "Credential"`);
  fixture.gitlab.onRotation(null);
  fixture.gitlab.requests.length = 0;
  fixture.aws.requests.length = 0;
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await holder.end().catch(() => {});
});
afterAll(async () => {
  await fixture.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** What the process calls itself at the database. */
const CHILD = "rotations-killed";

function start(credentialId: string): ChildProcess & { said: Promise<string> } {
  const input = JSON.stringify({ actor: fixture.alice, credentialId });
  const env = { ...process.env, PGAPPNAME: CHILD };
  const child = spawn(process.execPath, [program, asProgram, input], { env, stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const said = (async () => {
    let text = "";
    for await (const chunk of child.stdout) text += chunk;
    return text;
  })();
  return Object.assign(child, { said });
}

async function kill(child: ChildProcess): Promise<void> {
  const closed = new Promise((done) => child.once("close", done));
  child.kill("SIGKILL");
  await closed;
}

async function until<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 3_000; tries++) {
    const found = await look();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error("it did not come to that");
}

/** The process stops where it next changes that row. */
async function hold(table: "Credential" | "Rotation", credentialId: string): Promise<void> {
  await holder.query("BEGIN");
  const column = table === "Credential" ? "id" : `"credentialId"`;
  await holder.query(`SELECT 1 FROM "${table}" WHERE ${column} = $1 FOR UPDATE`, [credentialId]);
}

/** The row is free again. A statement that a dead process still had there does not come to pass after its death. */
async function letGo(): Promise<void> {
  const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()`;
  await until(async () => (await fixture.database.query(end, [CHILD])).length === 0);
  await holder.query("ROLLBACK");
}

const journalOf = (rotationId: string) => join(process.env.DATA_DIR ?? "", "rotations", `${rotationId}.json`);

/** Whoever was killed is past its time; another process goes on. */
async function recover(interval = "5 minutes"): Promise<string> {
  await fixture.pass(interval);
  return await fixture.runJob();
}

async function works(token: Secret): Promise<boolean> {
  const { baseUrl } = fixture.gitlab;
  const origins = [new URL(baseUrl).origin];
  const transport = openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
  const entered = { type: "personal", token, fields: {}, secrets: {} };
  return (await gitlabAdapter.verify({ baseUrl, transport }, entered, () => {})).ok;
}

const stateOf = async (id: string) => (await fixture.rotationOf(id))?.state;

async function expectRotatedOnce(id: string, token: string): Promise<void> {
  const { token: fresh } = await fixture.inPlace(id);
  expect(fresh.reveal()).not.toBe(token);
  expect(await works(fresh)).toBe(true);
  expect(fixture.rotations()).toBe(1);
  const [row] = await fixture.database.query(`SELECT version FROM "Credential" WHERE id = $1`, [id]);
  expect(row?.version).toBe(2);
}

describe("a process that is killed", () => {
  it("before the host has done anything leaves all as it was, and the next rotation works", async () => {
    const token = fixture.gitlab.addToken();
    const id = await fixture.storeGitlab(fixture.alice, token);
    const asked = new Promise<void>((done, stop) => {
      fixture.gitlab.onRotation((moment) => {
        if (moment === "asked") done();
        // What the host would have done does not come to pass.
        return new Promise((_go, fail) => setTimeout(() => fail(new Error("lost on the way there")), 200));
      });
      setTimeout(stop, 60_000).unref();
    });
    const child = start(id);
    await asked;
    await kill(child);
    fixture.gitlab.onRotation(null);
    expect(await stateOf(id)).toBe("asking");
    expect(await recover()).toBe("Rotated 0 tokens, 1 failed.");
    expect(await stateOf(id)).toBe("failed");
    expect((await fixture.inPlace(id)).token.reveal()).toBe(token);
    expect(await works(new Secret(token))).toBe(true);
    expect(fixture.rotations()).toBe(1);
    const again = JSON.parse(await start(id).said);
    expect(again).toMatchObject({ ok: true, value: { state: "done" } });
    expect(await works((await fixture.inPlace(id)).token)).toBe(true);
  });

  it("after the host has done it and before its answer loses the successor, says so, and asks for nothing again", async () => {
    const token = fixture.gitlab.addToken();
    const id = await fixture.storeGitlab(fixture.alice, token);
    const alive = fixture.gitlab.liveTokens().length;
    let child: ReturnType<typeof start>;
    const killed = new Promise<void>((done) => {
      fixture.gitlab.onRotation(async (moment) => {
        if (moment !== "made") return;
        await kill(child);
        done();
      });
    });
    child = start(id);
    await killed;
    fixture.gitlab.onRotation(null);
    expect(await stateOf(id)).toBe("asking");
    expect(await recover()).toBe("Rotated 0 tokens, 1 failed.");
    expect(await stateOf(id)).toBe("lost");
    const [row] = await fixture.database.query(`SELECT outcome, "outcomeDetail" AS detail FROM "Credential"`);
    expect(row).toMatchObject({ outcome: "revoked", detail: expect.stringMatching(/Make a new token/) });
    await recover("2 days");
    expect(fixture.rotations()).toBe(1);
    // The successor that nobody has is among them: its family was not killed.
    expect(fixture.gitlab.liveTokens()).toHaveLength(alive);
  });

  it("between the host's answer and its commit has it in the journal, sealed, for the next process", async () => {
    const token = fixture.gitlab.addToken();
    const id = await fixture.storeGitlab(fixture.alice, token);
    fixture.gitlab.onRotation(async (moment) => {
      if (moment === "made") await hold("Rotation", id);
    });
    const child = start(id);
    const rotation = await until(() => fixture.rotationOf(id));
    const path = journalOf(String(rotation.id));
    const text = await until(async () => existsSync(path) && readFileSync(path, "utf8").trim());
    await kill(child);
    await letGo();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (const secret of fixture.gitlab.liveTokens()) expect(text).not.toContain(secret);
    expect(await stateOf(id)).toBe("asking");
    expect(await recover()).toBe("Rotated 1 token.");
    expect(await stateOf(id)).toBe("done");
    await expectRotatedOnce(id, token);
    expect(existsSync(path)).toBe(false);
  });

  it("on a machine whose journal comes back late, after another gave the answer up for lost, is still believed", async () => {
    const token = fixture.gitlab.addToken();
    const id = await fixture.storeGitlab(fixture.alice, token);
    fixture.gitlab.onRotation(async (moment) => {
      if (moment === "made") await hold("Rotation", id);
    });
    const child = start(id);
    const rotation = await until(() => fixture.rotationOf(id));
    const path = journalOf(String(rotation.id));
    await until(async () => existsSync(path) && readFileSync(path, "utf8").trim());
    await kill(child);
    await letGo();
    renameSync(path, `${path}.elsewhere`);
    await recover();
    expect(await stateOf(id)).toBe("lost");
    renameSync(`${path}.elsewhere`, path);
    expect(await recover()).toBe("Rotated 1 token.");
    expect(await stateOf(id)).toBe("done");
    await expectRotatedOnce(id, token);
  });

  it("between the answer's commit and the credential's is gone on with from there", async () => {
    const token = fixture.gitlab.addToken();
    const id = await fixture.storeGitlab(fixture.alice, token);
    fixture.gitlab.onRotation(async (moment) => {
      if (moment === "made") await hold("Credential", id);
    });
    const child = start(id);
    await until(async () => (await stateOf(id)) === "answered");
    await kill(child);
    await letGo();
    const [row] = await fixture.database.query(`SELECT version FROM "Credential" WHERE id = $1`, [id]);
    expect(row?.version).toBe(1);
    expect(await recover()).toBe("Rotated 1 token.");
    await expectRotatedOnce(id, token);
  });

  it("after the commit, while the old one is being ended, leaves that to the next", async () => {
    const key = fixture.aws.addKey({ user: { name: "killed" } });
    const id = await fixture.storeAws(fixture.alice, key);
    await fixture.database.query(`UPDATE "Credential" SET "overlapDays" = 0`);
    fixture.awsOptions.propagationMs = 0;
    for (const operation of ["UpdateAccessKey", "DeleteAccessKey"]) {
      fixture.aws.respondAt(operation, { status: 200, body: "", delayMs: 9_000 });
    }
    const child = start(id);
    await until(async () => fixture.aws.requests.some(({ body }) => /^Action=(Update|Delete)AccessKey&/.test(body)));
    await kill(child);
    for (const operation of ["UpdateAccessKey", "DeleteAccessKey"]) fixture.aws.respondAt(operation, null);
    const placed = await fixture.inPlace(id);
    expect(placed.fields.accessKeyId).not.toBe(key.id);
    expect(fixture.aws.keysOf("killed")).toEqual([key.id, placed.fields.accessKeyId]);
    expect(await stateOf(id)).toBe("overlap");
    expect(await recover("2 hours")).toBe("Rotated 0 tokens, ended 1 old.");
    expect(fixture.aws.keysOf("killed")).toEqual([placed.fields.accessKeyId]);
    expect(fixture.rotations()).toBe(1);
  });

  it("loses an answer of AWS, whose key nobody has: it is found and deleted", async () => {
    const key = fixture.aws.addKey({ user: { name: "orphan" } });
    const id = await fixture.storeAws(fixture.alice, key);
    fixture.aws.loseReplyTo("CreateAccessKey");
    const child = start(id);
    await child.said;
    expect(fixture.aws.keysOf("orphan").length).toBeGreaterThan(0);
    expect(await stateOf(id)).toBe("asking");
    expect(await recover()).toBe("Rotated 0 tokens, 1 failed.");
    expect(fixture.aws.keysOf("orphan")).toEqual([key.id]);
    expect((await fixture.inPlace(id)).fields.accessKeyId).toBe(key.id);
    expect(fixture.rotations()).toBe(1);
  });
});

describe("a database that dies", () => {
  it("at the moment of the host's answer finds it in the journal when it is back", async () => {
    const token = fixture.gitlab.addToken();
    const id = await fixture.storeGitlab(fixture.alice, token);
    const name = new URL(fixture.database.url).pathname.slice(1);
    const admin = new pg.Client({ connectionString: inject("postgres").adminUrl });
    await admin.connect();
    const { rows } = await admin.query("SELECT clock_timestamp() AS now");
    // The connections of the process alone.
    const cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND backend_start > $2";
    try {
      fixture.gitlab.onRotation(async (moment) => {
        if (moment !== "made") return;
        await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
        await admin.query(cut, [name, rows[0].now]);
      });
      const answer = JSON.parse(await start(id).said);
      expect(answer).toMatchObject({ ok: false, error: { code: "unavailable" } });
      expect(answer.error.message).toMatch(/kept safe/);
    } finally {
      await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
      await admin.end();
    }
    fixture.gitlab.onRotation(null);
    expect(await until(() => stateOf(id).catch(() => null))).toBe("asking");
    expect(await until(() => recover().catch(() => null))).toBe("Rotated 1 token.");
    await expectRotatedOnce(id, token);
  });
});
