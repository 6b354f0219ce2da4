/**
 * Code hosts that mean harm, and databases that were changed from outside: the threat table's rows 9, 10 and 15 to 17,
 * through the product. See SECURITY.md.
 */
import { createServer, type Server as HttpServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { expect, test } from "./fixtures";
import { type CodeHost, createCodeHost, query } from "./people";
import { callAction, postCredential, send } from "./raw-request";

const closers: (() => Promise<unknown>)[] = [];

test.afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function listen(server: Server | HttpServer): Promise<string> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Counts connections and keeps what was sent: whoever must not be contacted must not see even one byte. */
async function startSink(): Promise<{ url: string; hits: () => number; received: () => string }> {
  let hits = 0;
  let text = "";
  const server = createTcpServer((socket) => {
    hits += 1;
    socket.on("data", (chunk) => {
      text += chunk;
      socket.end("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
    });
  });
  return { url: await listen(server), hits: () => hits, received: () => text };
}

async function addHost(kind: string, url: string): Promise<CodeHost> {
  const host = await createCodeHost(kind, `Hostile ${Math.random().toString(36).slice(2)}`, url);
  closers.push(() => query(`DELETE FROM "CodeHost" WHERE id = $1`, [host.id]));
  return host;
}

async function stored(codeHostId: string): Promise<unknown[]> {
  return await query(`SELECT id, sealed, version, outcome FROM "Credential" WHERE "codeHostId" = $1 ORDER BY id`, [
    codeHostId,
  ]);
}

const tokens = { github: "ghp_", gitlab: "glpat-" };

/** Well-formed, as a person would paste it. */
function mint(kind: keyof typeof tokens): string {
  // An old GitHub token has no checksum to compute.
  return kind === "github"
    ? [...crypto.getRandomValues(new Uint8Array(20))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
    : `glpat-${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`;
}

test.describe("a code host that sends on to another address", () => {
  for (const kind of ["github", "gitlab"] as const) {
    test(`is not followed, gets nothing stored, and the other address hears nothing: ${kind}`, async ({
      user,
      admin,
    }) => {
      const sink = await startSink();
      let status = 302;
      let location = "";
      const redirecting = createServer((_, response) => response.writeHead(status, { location }).end());
      const url = await listen(redirecting);
      const host = await addHost(kind, url);
      for (status of [300, 301, 302, 303, 307, 308]) {
        for (location of [
          `${sink.url}/user`,
          sink.url.replace("http:", ""),
          "https://github.com.evil.example/",
          "http://169.254.169.254/latest/meta-data/",
        ]) {
          const answer = await postCredential({ owner: "me", codeHostId: host.id, token: mint(kind) }, { as: user });
          const what = `${status} ${location}`;
          expect(answer.status, what).toBeLessThan(500);
          expect(answer.result.error, what).toMatchObject({
            code: "needs-confirmation",
            refusal: { reason: "redirected" },
          });
        }
        const tested = await callAction("testConnectionAction", [{ id: host.id }], { as: admin });
        expect(tested.result, String(status)).toMatchObject({
          ok: true,
          value: { answer: { ok: false, reason: "redirected" } },
        });
      }
      expect(await stored(host.id)).toEqual([]);
      expect(sink.hits()).toBe(0);
    });
  }

  test("does not learn a stored token that way, either", async ({ user, github }) => {
    const sink = await startSink();
    const token = github.addToken({ scopes: ["repo"] });
    const added = await postCredential(
      { owner: "me", codeHostId: github.codeHost.id, token, confirm: "missing-scopes" },
      { as: user },
    );
    github.respondNextWith({ status: 307, headers: { location: `${sink.url}/user` } });
    try {
      const point = { owner: "me", credentialId: added.result.value?.id };
      const checked = await callAction("checkCredentialAction", [point], { as: user });
      expect(checked.result).toMatchObject({ ok: true, value: { outcome: "redirected" } });
    } finally {
      github.respondNextWith(null);
    }
    expect(sink.hits()).toBe(0);
  });
});

test.describe("a code host that answers with malice", () => {
  type Hostile = [string, () => Server | HttpServer];
  // Ten seconds, and what a busy machine adds.
  const deadlineMs = 16_000;
  const megabytes300 = 300 * 1024 * 1024;
  let sent = 0;

  const raw = (bytes: string | Buffer): Server =>
    createTcpServer((socket) => socket.on("data", () => socket.end(bytes)));
  const json = (body: string, headers: Record<string, string> = {}): HttpServer =>
    createServer((_, response) =>
      response.writeHead(200, { "content-type": "application/json", ...headers }).end(body),
    );
  const endless = (write: (socket: Socket) => boolean, everyMs: number): Server =>
    createTcpServer((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n");
        const timer = setInterval(() => write(socket), everyMs);
        socket.once("close", () => clearInterval(timer));
      });
    });

  const hostile: Hostile[] = [
    [
      "a page",
      () =>
        createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<h1>hello</h1>")),
    ],
    ["a page that says it is JSON", () => json("<h1>hello</h1>")],
    ["half of JSON", () => json('{"login":"alice","id":')],
    ["nothing", () => json("")],
    ["JSON of other shapes", () => json('[{"login":{"toString":null}},null,1e999]')],
    [
      "the prototype",
      () =>
        json(
          '{"__proto__":{"id":1,"login":"alice","username":"alice"},"constructor":{"prototype":{"id":1,"login":"alice"}}}',
        ),
    ],
    ["deep nesting", () => json(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`)],
    ["numbers without end", () => json(`{"id":${"9".repeat(100_000)},"login":"alice"}`)],
    [
      "NUL and controls",
      () => json('{"id":1,"login":"al\\u0000ice","name":"\\u0000\\u001b[2J","username":"a\\u0000b"}'),
    ],
    ["half of a character", () => json('{"id":"\\ud800","login":"\\ud800","username":"\\ud800","message":"\\ud800"}')],
    ["what is packed", () => json("\u001f\u008b", { "content-encoding": "gzip" })],
    ["what is packed in brotli", () => json("\u001f\u008b", { "content-encoding": "br" })],
    ["headers of five megabytes", () => raw(`HTTP/1.1 200 OK\r\nx: ${"a".repeat(5 * 1024 * 1024)}\r\n\r\n{}`)],
    ["ten thousand headers", () => raw(`HTTP/1.1 200 OK\r\n${"x-a: b\r\n".repeat(10_000)}\r\n{}`)],
    ["headers within headers", () => raw("HTTP/1.1 200 OK\r\nx-oauth-scopes: repo\rset-cookie: a=b\r\n\r\n{}")],
    ["two lengths", () => raw("HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 50\r\n\r\n{}")],
    [
      "a length and chunks",
      () => raw("HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
    ],
    ["chunks that lie", () => raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffff\r\n{}")],
    [
      "less than it promised",
      () => raw("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{}"),
    ],
    ["no HTTP", () => raw("SSH-2.0-OpenSSH_9.9\r\n")],
    ["noise", () => raw(Buffer.alloc(4096, 0xfe))],
    ["no such status", () => raw("HTTP/1.1 999 What\r\ncontent-length: 2\r\n\r\n{}")],
    ["status 600 in words", () => raw("HTTP/1.1 abc\r\n\r\n")],
    [
      "another protocol",
      () => raw("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"),
    ],
    ["hints without end", () => raw("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".repeat(5_000))],
    ["an error of its own", () => createServer((_, response) => response.writeHead(503).end("down"))],
    ["a closed door", () => createTcpServer((socket) => socket.destroy())],
    [
      "300 megabytes",
      () =>
        createServer((_, response) => {
          response.writeHead(200, { "content-type": "application/json" });
          const chunk = Buffer.alloc(1024 * 1024, 0x20);
          const push = () => {
            while (sent < megabytes300 && !response.destroyed) {
              sent += chunk.length;
              if (!response.write(chunk)) return void response.once("drain", push);
            }
            response.end();
          };
          push();
        }),
    ],
    ["silence", () => createTcpServer((socket) => socket.resume())],
    ["headers that drip", () => endless((socket) => socket.write("x-a: b\r\n"), 200)],
    [
      "a body that drips",
      () => {
        let isBegun = false;
        return endless((socket) => {
          const text = isBegun ? " " : "content-length: 100000\r\n\r\n{";
          isBegun = true;
          return socket.write(text);
        }, 200);
      },
    ],
  ];

  for (const kind of ["github", "gitlab"] as const) {
    test(`gets an answer in time, is no failure of the portal, and changes nothing: ${kind}`, async ({
      user,
      admin,
    }) => {
      test.setTimeout(120_000);
      sent = 0;
      let slowest = 0;
      let isOver = false;
      const health = (async () => {
        while (!isOver) {
          const { status, elapsedMs } = await send("/healthz");
          expect(status).toBe(200);
          slowest = Math.max(slowest, elapsedMs);
          await new Promise((done) => setTimeout(done, 250));
        }
      })();
      const attack = async ([what, start]: Hostile) => {
        const host = await addHost(kind, await listen(start()));
        const answer = await postCredential({ owner: "me", codeHostId: host.id, token: mint(kind) }, { as: user });
        expect.soft(answer.status, what).toBeLessThan(500);
        expect.soft(answer.result.ok, what).toBe(false);
        expect.soft(["needs-confirmation", "host-refused"], what).toContain(answer.result.error?.code);
        expect
          .soft(["unreachable", "unexpected", "rate-limited"], what)
          .toContain(answer.result.error?.refusal?.reason);
        expect.soft(answer.result.error?.message, what).toMatch(/^[A-Z0-9].{10,300}\.$/);
        expect.soft(answer.elapsedMs, what).toBeLessThan(deadlineMs);
        const tested = await callAction("testConnectionAction", [{ id: host.id }], { as: admin });
        expect.soft(tested.status, what).toBe(200);
        expect.soft(tested.result, what).toMatchObject({ ok: true, value: { answer: { ok: false } } });
        expect.soft(tested.elapsedMs, what).toBeLessThan(deadlineMs);
        expect.soft(await stored(host.id), what).toEqual([]);
      };
      const isSlow = ([what]: Hostile) => /drip|silence|megabytes$/.test(what);
      for (const batch of [hostile.filter((one) => !isSlow(one)), hostile.filter(isSlow)]) {
        await Promise.all(batch.map(attack));
      }
      isOver = true;
      await health;
      // What the sockets hold on both sides, several times over; a body read to its end would be all of it.
      expect(sent).toBeLessThan(100 * 1024 * 1024);
      expect(slowest).toBeLessThan(5_000);
    });
  }

  test("leaves a stored credential as it was known", async ({ user, github }) => {
    const token = github.addToken({ scopes: ["repo"] });
    const added = await postCredential(
      { owner: "me", codeHostId: github.codeHost.id, token, confirm: "missing-scopes" },
      { as: user },
    );
    const point = { owner: "me", credentialId: added.result.value?.id };
    const known = () =>
      query(`SELECT "accountLogin", scopes, sealed, version FROM "Credential" WHERE id = $1`, [point.credentialId]);
    const before = await known();
    try {
      for (const response of [
        { status: 200, body: "<h1>hello</h1>" },
        { status: 502, body: "" },
        { status: 200, body: { login: "mallory" } },
        { status: 401, body: "<h1>401</h1>" },
      ]) {
        github.respondNextWith(response);
        const checked = await callAction("checkCredentialAction", [point], { as: user });
        expect(checked.result, JSON.stringify(response)).toMatchObject({ ok: true });
        expect(["unreachable", "unexpected"]).toContain(
          (checked.result?.value as { outcome: string } | undefined)?.outcome,
        );
        expect(await known()).toEqual(before);
      }
    } finally {
      github.respondNextWith(null);
    }
  });
});

test.describe("a stored token", () => {
  test("is sent to no other address than it was entered for", async ({ user, admin }) => {
    const sink = await startSink();
    const { startGithubSimulator } = await import("../lib/hosts/simulators/github");
    const simulator = await startGithubSimulator({ flavour: "ghes" });
    closers.push(simulator.close);
    const host = await addHost("github", simulator.url);
    const added: Record<string, string> = {};
    for (const [owner, as] of [
      ["me", user],
      ["site", admin],
    ] as const) {
      const token = simulator.addToken({ scopes: ["repo"] });
      const answer = await postCredential({ owner, codeHostId: host.id, token, confirm: "missing-scopes" }, { as });
      expect(answer.result.ok).toBe(true);
      added[owner] = answer.result.value?.id ?? "";
    }
    const moved = { id: host.id, name: host.name, baseUrl: sink.url, caCertificate: null, gitOverSsh: false };
    const asked = await callAction("editCodeHostAction", [moved], { as: admin });
    expect(asked.result).toMatchObject({ ok: false, error: { code: "needs-confirmation" } });
    const edited = await callAction("editCodeHostAction", [{ ...moved, confirmedCount: 2 }], { as: admin });
    expect(edited.result).toMatchObject({ ok: true });
    const check = async () => [
      await callAction("checkCredentialAction", [{ owner: "me", credentialId: added.me }], { as: user }),
      await callAction("checkCredentialAction", [{ owner: user.id, credentialId: added.me }], { as: admin }),
      await callAction("checkCredentialAction", [{ owner: "site", credentialId: added.site }], { as: admin }),
    ];
    for (const { result } of await check()) expect(result).toMatchObject({ ok: false, error: { code: "conflict" } });
    expect(sink.hits()).toBe(0);
    // Whoever writes to the database can say that it was entered for the new address, but not seal it so.
    await query(`UPDATE "Credential" SET "sealedFor" = $2 WHERE "codeHostId" = $1`, [host.id, sink.url]);
    for (const { result } of await check()) expect(result).toMatchObject({ ok: false, error: { code: "integrity" } });
    expect(sink.hits()).toBe(0);
    // The connection test goes there, with nothing to steal.
    await callAction("testConnectionAction", [{ id: host.id }], { as: admin });
    expect(sink.hits()).toBeGreaterThan(0);
    expect(sink.received()).not.toMatch(/authorization|private-token|cookie/i);
  });

  test("does not open in another row, field, version or host, and each try is in the audit log", async ({
    user,
    admin,
    github,
    gitlab,
  }) => {
    const ids: string[] = [];
    for (const [as, codeHostId, token] of [
      [user, github.codeHost.id, github.addToken({ scopes: ["repo"] })],
      [admin, github.codeHost.id, github.addToken({ scopes: ["repo"] })],
      [user, gitlab.codeHost.id, gitlab.addToken({ scopes: ["api"] })],
    ] as const) {
      const answer = await postCredential({ owner: "me", codeHostId, token, confirm: "missing-scopes" }, { as });
      expect(answer.result.ok).toBe(true);
      ids.push(answer.result.value?.id ?? "");
    }
    const [mine = "", theirs = "", elsewhere = ""] = ids;
    const rows = await query<{ id: string; sealed: string; version: number }>(
      `SELECT id, sealed, version FROM "Credential" WHERE id = ANY($1)`,
      [ids],
    );
    const sealedOf = (id: string) => rows.find((row) => row.id === id)?.sealed ?? "";
    const check = () => callAction("checkCredentialAction", [{ owner: "me", credentialId: mine }], { as: user });
    const requests = () => github.requests.length + gitlab.requests.length;
    const damaged = sealedOf(mine).replace(/.(?=[^.]*$)/, (last) => (last === "A" ? "B" : "A"));
    for (const [what, sql, value] of [
      ["another person's", `UPDATE "Credential" SET sealed = $2 WHERE id = $1`, sealedOf(theirs)],
      ["one's own on another host", `UPDATE "Credential" SET sealed = $2 WHERE id = $1`, sealedOf(elsewhere)],
      ["a damaged one", `UPDATE "Credential" SET sealed = $2 WHERE id = $1`, damaged],
      ["none", `UPDATE "Credential" SET sealed = $2 WHERE id = $1`, ""],
      ["another version", `UPDATE "Credential" SET version = $2::int WHERE id = $1`, "2"],
    ] as const) {
      await query(sql, [mine, value]);
      const before = requests();
      const answer = await check();
      expect(answer.result, what).toMatchObject({ ok: false, error: { code: "integrity" } });
      expect(requests(), what).toBe(before);
      const [entry] = await query(
        `SELECT action, outcome FROM "AuditEntry" WHERE "targetId" = $1 ORDER BY seq DESC LIMIT 1`,
        [mine],
      );
      expect(entry, what).toEqual({ action: "credential.open", outcome: "failed" });
      await query(`UPDATE "Credential" SET sealed = $2, version = 1 WHERE id = $1`, [mine, sealedOf(mine)]);
    }
    expect((await check()).result).toMatchObject({ ok: true, value: { outcome: "valid" } });
  });
});
