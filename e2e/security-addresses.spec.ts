/**
 * Addresses that lead inside: the threat table's rows 13 and 14, against a portal that allows no network of its own.
 * See SECURITY.md.
 */
import { lookup } from "node:dns/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { hostname } from "node:os";
import pg from "pg";
import { startTemporaryPostgres } from "../bin/postgres.mjs";
import { expect, test } from "./fixtures";
import { createPerson, type Person, query } from "./people";
import { type Portal, startPortal } from "./portal";
import { callAction, postCredential, send } from "./raw-request";

test.describe.configure({ mode: "default", timeout: 120_000 });

let postgres: Awaited<ReturnType<typeof startTemporaryPostgres>>;
let portal: Portal;
let database: pg.Client;
let admin: Person;
const sinks: Server[] = [];
let hits = 0;
let port = 0;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  postgres = await startTemporaryPostgres();
  portal = await startPortal(postgres.url, { FORGEPASS_ALLOWED_NETWORKS: "" });
  database = new pg.Client({ connectionString: postgres.url });
  await database.connect();
  admin = await createPerson("ADMIN");
  for (const [table, column] of [
    ["User", "id"],
    ["Session", "userId"],
  ] as const) {
    for (const row of await query(`SELECT row_to_json(t) AS row FROM "${table}" t WHERE "${column}" = $1`, [
      admin.id,
    ])) {
      await database.query(`INSERT INTO "${table}" SELECT * FROM json_populate_record(null::"${table}", $1)`, [
        row.row,
      ]);
    }
  }
  // One port on every address of this machine, IPv4 and IPv6.
  for (const host of ["0.0.0.0", "::"]) {
    const sink = createServer((socket) => {
      hits += 1;
      socket.on("error", () => {}).end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
    });
    const isListening = await new Promise<boolean>((done) => {
      sink.once("error", () => done(false));
      sink.listen({ port, host, ipv6Only: host === "::" }, () => done(true));
    });
    if (!isListening) continue;
    port = (sink.address() as AddressInfo).port;
    sinks.push(sink);
  }
});

test.afterAll(async () => {
  for (const sink of sinks) sink.close();
  await database?.end();
  await portal?.stop();
  await postgres?.stop();
});

const loopback = [
  "127.0.0.1",
  "127.0.0.1.",
  "127.1",
  "127.0.1",
  "127.255.255.254",
  "2130706433",
  "0x7f000001",
  "0x7f.1",
  "0x7f.0x0.0x0.0x1",
  "017700000001",
  "0177.0.0.1",
  "%31%32%37.0.0.1",
  "127。0。0。1",
  "①②⑦.⓪.⓪.①",
  "localhost",
  "localhost.",
  "LOCALHOST",
  "anything.localhost",
  "0.0.0.0",
  "0",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::127.0.0.1]",
  "[64:ff9b::7f00:1]",
  "[64:ff9b:1::7f00:1]",
  "[2002:7f00:1::]",
];
const inside = [
  "169.254.169.254",
  "2852039166",
  "0xa9fea9fe",
  "[::ffff:a9fe:a9fe]",
  "[64:ff9b::a9fe:a9fe]",
  "[fd00:ec2::254]",
  "[fe80::a9fe:a9fe]",
  "100.100.100.200",
  "10.0.0.1",
  "172.16.0.1",
  "192.168.1.1",
  "100.64.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "[fd00::1]",
  "[ff02::1]",
];
const disguised = [
  "alice@127.0.0.1",
  "github.com@127.0.0.1",
  "github.com:x@127.0.0.1",
  "127.0.0.1#github.com",
  "127.0.0.1?github.com",
  "127.0.0.1\\@github.com",
];

test("is refused with a sentence in every spelling, wherever it can be typed, and nothing is sent", async () => {
  const raw = { as: admin, portal: portal.url };
  const stored = () => database.query(`SELECT id, "baseUrl" FROM "CodeHost" ORDER BY id`).then(({ rows }) => rows);
  const before = await stored();
  const { rows: known } = await database.query(`SELECT id, name FROM "CodeHost" LIMIT 1`);
  expect(loopback.length + inside.length).toBeGreaterThanOrEqual(30);
  for (const address of [...loopback, ...inside, ...disguised]) {
    for (const scheme of ["http", "https"]) {
      const at = address.includes("github.com") && !address.includes("@127") ? address : `${address}:${port}`;
      const fields = {
        kind: "gitlab",
        name: "Inside",
        baseUrl: `${scheme}://${at}`,
        caCertificate: null,
        gitOverSsh: false,
      };
      const { kind: _, ...edited } = fields;
      for (const [name, input] of [
        ["addCodeHostAction", fields],
        ["testConnectionAction", fields],
        ["editCodeHostAction", { ...edited, id: known[0].id, confirmedCount: 99 }],
      ] as const) {
        const { result } = await callAction(name, [input], raw);
        const what = `${name} ${fields.baseUrl}`;
        expect(result, what).toMatchObject({ ok: false, error: { code: "invalid-input" } });
        expect((result?.error as { fields?: { baseUrl?: string } })?.fields?.baseUrl, what).toMatch(/^\S.{10,300}\.$/);
      }
    }
  }
  expect(await stored()).toEqual(before);
  expect(hits).toBe(0);
});

test("is not connected to though the database says so, nor by a name that leads there", async () => {
  const raw = { as: admin, portal: portal.url };
  const names: string[] = [];
  for (const name of [hostname(), "ip6-localhost", "localhost4", "localhost.localdomain"]) {
    const answers = await lookup(name, { all: true }).catch(() => []);
    // A machine may have a public address of its own.
    if (answers.length > 0 && answers.every(({ address }) => /^(127\.|10\.|172\.|192\.168\.|::1$|f[cd])/.test(address)))
      names.push(name);
  }
  for (const address of [
    "127.0.0.1",
    "localhost",
    "a.localhost",
    "[::1]",
    "0.0.0.0",
    "[::ffff:7f00:1]",
    "2130706433",
    "0x7f.1",
    ...names,
  ]) {
    for (const kind of ["github", "gitlab"]) {
      const { rows } = await database.query(
        `INSERT INTO "CodeHost" (kind, name, "baseUrl", "updatedAt") VALUES ($1, 'Inside', $2, now()) RETURNING id`,
        [kind, `http://${address}:${port}`],
      );
      const token = kind === "github" ? "0123456789abcdef0123456789abcdef01234567" : "glpat-0123456789abcdefghij";
      const added = await postCredential({ owner: "me", codeHostId: rows[0].id, token }, raw);
      expect(added.result.error?.refusal, address).toMatchObject({ reason: "unreachable" });
      expect(added.result.error?.refusal?.message, address).toMatch(/FORGEPASS_ALLOWED_NETWORKS|never contacts/);
      const tested = await callAction("testConnectionAction", [{ id: rows[0].id }], raw);
      expect(tested.result, address).toMatchObject({
        ok: true,
        value: { answer: { ok: false, reason: "unreachable" } },
      });
      await database.query(`DELETE FROM "CodeHost" WHERE id = $1`, [rows[0].id]);
    }
  }
  expect(hits).toBe(0);
  // What listens there can be reached, only not by the portal.
  await send("/", { portal: `http://127.0.0.1:${port}` });
  expect(hits).toBe(1);
});
