/**
 * What the portal needs to start and to go on: the threat table's rows 5, 8, 11, 12 and 38, against a portal and a
 * database of this file's own. See SECURITY.md.
 */
import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startTemporaryPostgres } from "../bin/postgres.mjs";
import { root } from "../bin/root.mjs";
import { createKeyring } from "../lib/keyring";
import { expect, test } from "./fixtures";
import { createPerson, type Person, query } from "./people";
import { expectRefusal, type Portal, startPortal } from "./portal";
import { callAction, postCredential } from "./raw-request";

test.describe.configure({ mode: "default", timeout: 180_000 });

let postgres: Awaited<ReturnType<typeof startTemporaryPostgres>>;
let portal: Portal | undefined;
let database: pg.Client;
let admin: Person;
let folder = "";
let keyring = "";

test.beforeAll(async () => {
  test.setTimeout(120_000);
  folder = mkdtempSync(join(tmpdir(), "forgepass-boot-"));
  keyring = join(folder, "keyring.json");
  postgres = await startTemporaryPostgres();
  portal = await startPortal(postgres.url, { KEYRING_FILE: keyring });
  database = new pg.Client({ connectionString: postgres.url });
  await database.connect();
  admin = await createPerson("ADMIN");
  await copyPerson(database);
});

test.afterAll(async () => {
  await database?.end();
  await portal?.stop();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function copyPerson(to: pg.Client): Promise<void> {
  for (const [table, column] of [
    ["User", "id"],
    ["Session", "userId"],
  ] as const) {
    for (const { row } of await query(`SELECT row_to_json(t) AS row FROM "${table}" t WHERE "${column}" = $1`, [
      admin.id,
    ])) {
      await to.query(`INSERT INTO "${table}" SELECT * FROM json_populate_record(null::"${table}", $1)`, [row]);
    }
  }
}

/** Every row of every table, as text. */
async function dump(client: pg.Client): Promise<string> {
  const { rows: tables } = await client.query(
    `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const texts: string[] = [];
  for (const { table_name } of tables) {
    const { rows } = await client.query(`SELECT t::text FROM "${table_name}" t ORDER BY 1`);
    texts.push(`${table_name}\n${rows.map((row) => row.t).join("\n")}`);
  }
  return texts.join("\n\n");
}

async function addHost(client: pg.Client, baseUrl: string): Promise<string> {
  const { rows } = await client.query(
    `INSERT INTO "CodeHost" (kind, name, "baseUrl", "updatedAt") VALUES ('github', 'Simulated', $1, now()) RETURNING id`,
    [baseUrl],
  );
  return rows[0].id;
}

test("without the audit log nothing is stored, changed or told, and with it all goes on", async ({ github }) => {
  const raw = { as: admin, portal: portal?.url };
  const codeHostId = await addHost(database, github.url);
  const fields = { owner: "me", codeHostId, token: github.addToken({ scopes: ["repo"] }), confirm: "missing-scopes" };
  await database.query(`ALTER TABLE "AuditEntry" ADD CONSTRAINT broken CHECK (false) NOT VALID`);
  const before = await dump(database);
  try {
    for (const confirm of ["missing-scopes", "unchecked"]) {
      const answer = await postCredential({ ...fields, confirm }, raw).catch(() => null);
      expect(answer?.result?.ok ?? false).toBe(false);
    }
    const host = { kind: "gitlab", name: "x", baseUrl: "https://x.example", caCertificate: null, gitOverSsh: false };
    for (const [name, args] of [
      ["addCodeHostAction", [host]],
      ["removeCodeHostAction", [{ id: codeHostId, confirmedCount: 0 }]],
    ] as const) {
      const answer = await callAction(name, [...args], raw);
      expect(answer.body, name).not.toContain('"ok":true');
      expect(answer.body, name).not.toMatch(/broken|AuditEntry|constraint|prisma/i);
    }
    expect(await dump(database)).toBe(before);
  } finally {
    await database.query(`ALTER TABLE "AuditEntry" DROP CONSTRAINT broken`);
  }
  const added = await postCredential(fields, raw);
  expect(added.result.ok).toBe(true);
  expect(portal?.output()).not.toContain(fields.token);
});

test("a database alone holds nothing that opens a token, and neither does a keyring", async ({ github }) => {
  const text = await dump(database);
  const keys = (JSON.parse(readFileSync(keyring, "utf8")) as { keys: { key: string }[] }).keys;
  for (const { key } of keys) {
    const bytes = Buffer.from(key, "base64");
    for (const form of [key, key.replace(/=+$/, ""), bytes.toString("base64url"), bytes.toString("hex")])
      expect(text).not.toContain(form);
  }
  const { rows } = await database.query(`SELECT sealed FROM "Credential"`);
  expect(rows.length).toBe(1);

  // Somebody with the keyring, and rows of the database, in an installation of their own.
  const superuser = new pg.Client({ connectionString: postgres.adminUrl });
  await superuser.connect();
  await superuser.query(`CREATE DATABASE elsewhere OWNER forgepass`);
  await superuser.end();
  const url = Object.assign(new URL(postgres.url), { pathname: "/elsewhere" }).href;
  const copied = join(folder, "copied.json");
  copyFileSync(keyring, copied);
  chmodSync(copied, 0o600);
  const other = await startPortal(url, { KEYRING_FILE: copied });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await copyPerson(client);
    for (const table of ["CodeHost", "Credential"]) {
      const { rows: copies } = await database.query(
        `SELECT row_to_json(t) AS row FROM "${table}" t WHERE "${table === "CodeHost" ? "baseUrl" : "sealedFor"}" = $1`,
        [github.url],
      );
      for (const { row } of copies)
        await client.query(`INSERT INTO "${table}" SELECT * FROM json_populate_record(null::"${table}", $1)`, [row]);
    }
    const { rows: stolen } = await client.query(`SELECT id FROM "Credential"`);
    const asked = github.requests.length;
    const answer = await callAction("checkCredentialAction", [{ owner: "me", credentialId: stolen[0].id }], {
      as: admin,
      portal: other.url,
    });
    expect(answer.result).toMatchObject({ ok: false, error: { code: "integrity" } });
    expect(github.requests.length).toBe(asked);
  } finally {
    await client.end();
    await other.stop();
  }
});

test("an audit log that was changed from outside is found by the operator's command", async () => {
  const superuser = new pg.Client({
    connectionString: postgres.adminUrl.replace(/\/postgres$/, new URL(postgres.url).pathname),
  });
  await superuser.connect();
  const env = { ...process.env, DATABASE_URL: postgres.url, DATA_DIR: folder, KEYRING_FILE: keyring };
  const program = `import(${JSON.stringify(join(root, "build/forgepass.mjs"))}).then(({ main }) => main(process.argv.slice(1))).then((code) => process.exit(code))`;
  const verify = (...args: string[]) =>
    new Promise<{ code: number | null; out: string; err: string }>((done) => {
      const child = spawn(process.execPath, ["--input-type=module", "-e", program, "--", "audit", "verify", ...args], {
        cwd: root,
        env,
      });
      let out = "";
      let err = "";
      child.stdout.on("data", (chunk) => {
        out += chunk;
      });
      child.stderr.on("data", (chunk) => {
        err += chunk;
      });
      child.on("close", (code) => done({ code, out, err }));
    });
  try {
    const { rows: entries } = await superuser.query(`SELECT seq FROM "AuditEntry" ORDER BY seq`);
    expect(entries.length).toBeGreaterThanOrEqual(2);
    const [first, last] = [entries[0].seq, entries.at(-1).seq];
    const whole = await verify();
    expect(whole, whole.err).toMatchObject({ code: 0 });
    const head = join(folder, "head.json");
    writeFileSync(head, whole.out);
    expect((await verify("--head", head)).code).toBe(0);
    // The portal's own role cannot: the table refuses.
    for (const sql of [
      `UPDATE "AuditEntry" SET "actorLabel" = 'x'`,
      `DELETE FROM "AuditEntry"`,
      `TRUNCATE "AuditEntry"`,
    ]) {
      await expect(database.query(sql), sql).rejects.toThrow();
    }
    await superuser.query(`CREATE TABLE kept AS SELECT * FROM "AuditEntry"`);
    await superuser.query(`SET session_replication_role = replica`);
    for (const [sql, args] of [
      [`UPDATE "AuditEntry" SET "actorLabel" = 'mallory@example.com' WHERE seq = ${first}`, []],
      [`UPDATE "AuditEntry" SET outcome = 'ok', mac = encode(sha256('x'), 'base64') WHERE seq = ${last}`, []],
      [`DELETE FROM "AuditEntry" WHERE seq = ${first}`, []],
      [`DELETE FROM "AuditEntry" WHERE seq = ${last}`, ["--head", head]],
      [`DELETE FROM "AuditEntry"`, ["--head", head]],
    ] as const) {
      await superuser.query(sql);
      const found = await verify(...args);
      expect(found.code, `${sql}: ${found.err}`).toBe(1);
      expect(found.err, sql).toContain("was tampered with");
      await superuser.query(`DELETE FROM "AuditEntry"`);
      await superuser.query(`INSERT INTO "AuditEntry" SELECT * FROM kept`);
    }
    expect((await verify("--head", head)).code).toBe(0);
  } finally {
    await superuser.query(`DROP TABLE IF EXISTS kept`);
    await superuser.end();
  }
});

test("it does not start with the wrong keys, or with a secret that is none, and writes nothing", async ({ github }) => {
  await portal?.stop();
  portal = undefined;
  const before = await dump(database);
  const other = join(folder, "other.json");
  createKeyring(other);
  const open = join(folder, "open.json");
  copyFileSync(keyring, open);
  chmodSync(open, 0o644);
  const damaged = join(folder, "damaged.json");
  writeFileSync(damaged, readFileSync(keyring, "utf8").replace(/"key": "..../, '"key": "AAAA'), { mode: 0o600 });
  for (const [what, settings, says] of [
    ["no keyring", { KEYRING_FILE: "" }, /KEYRING_FILE: .* is missing, .* restore it from your backup/],
    ["no keyring where it is said to be", { KEYRING_FILE: join(folder, "none.json") }, /KEYRING_FILE: .* is missing/],
    ["another keyring", { KEYRING_FILE: other }, /KEYRING_FILE: the database was sealed with key [\w-]{12}/],
    ["a keyring that others can read", { KEYRING_FILE: open }, /KEYRING_FILE: .* chmod 600/],
    ["a damaged keyring", { KEYRING_FILE: damaged }, /KEYRING_FILE: .* damaged/],
    ["a relative path", { KEYRING_FILE: "keyring.json" }, /KEYRING_FILE: set an absolute path/],
    ["a secret that can be guessed", { KEYRING_FILE: keyring, AUTH_SECRET: "secret" }, /AUTH_SECRET: use at least 32/],
    ["an address that is none", { KEYRING_FILE: keyring, AUTH_URL: "forgepass" }, /AUTH_URL: /],
    [
      "networks that are none",
      { KEYRING_FILE: keyring, FORGEPASS_ALLOWED_NETWORKS: "everything" },
      /FORGEPASS_ALLOWED_NETWORKS: /,
    ],
  ] as const) {
    const { exitCode, output } = await expectRefusal(postgres.url, settings);
    expect(exitCode, `${what}: ${output}`).toBe(78);
    expect(output, what).toMatch(says);
    expect(output, what).not.toMatch(/\n\s+at /);
    for (const line of readFileSync(keyring, "utf8").match(/"key": "([^"]+)"/g) ?? [])
      expect(output).not.toContain(line);
    expect(await dump(database), what).toBe(before);
  }
  portal = await startPortal(postgres.url, { KEYRING_FILE: keyring });
  const { rows } = await database.query(`SELECT id FROM "Credential" WHERE "sealedFor" = $1`, [github.url]);
  const point = { owner: "me", credentialId: rows[0].id };
  const checked = await callAction("checkCredentialAction", [point], { as: admin, portal: portal.url });
  expect(checked.result).toMatchObject({ ok: true });
});
