/**
 * Code hosts that mean harm: the threat table's rows 15 to 17,
 * through the product. See SECURITY.md.
 */
import { createServer, type Server as HttpServer } from "node:http";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { expect, test } from "./fixtures";
import { addHost, closeAll, listen, startSink } from "./hostile-hosts";
import { query } from "./people";
import { callAction, postCredential, send } from "./raw-request";

test.afterEach(closeAll);

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
