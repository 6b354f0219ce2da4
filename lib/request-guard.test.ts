import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type GuardSettings, guard, maxActionBytes, maxBodyBytes } from "./request-guard";

const publicUrl = "https://forgepass.example.com";
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A guarded server whose page answers with the headers that it was given, and how to ask it. */
async function start(settings: Partial<GuardSettings> = {}) {
  const server = createServer(async (incoming, response) => {
    const all = { publicUrl, trustedProxies: [], isDevelopment: false, ...settings };
    if (!guard(all, incoming, response)) return;
    let size = 0;
    try {
      for await (const chunk of incoming) size += chunk.length;
    } catch {
      return; // The guard closed the connection.
    }
    if (incoming.url?.startsWith("/where")) {
      response.end(JSON.stringify({ url: incoming.url, headers: incoming.headers }));
    } else if (incoming.url === "/crash") {
      response.writeHead(500, { "cache-control": "public", "content-security-policy": "default-src *" });
      response.end();
    } else {
      response.setHeader("cache-control", "public, max-age=60");
      response.end(JSON.stringify({ headers: incoming.headers, size }));
    }
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return (path: string, headers: Record<string, string> = {}, method = "GET", body?: string | Buffer[]) =>
    new Promise<Answer>((done, failed) => {
      const outgoing = request({ port, host: "127.0.0.1", path, method, headers }, (incoming) => {
        let text = "";
        incoming.on("data", (chunk) => {
          text += chunk;
        });
        incoming.on("end", () => done({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text }));
      });
      outgoing.on("error", failed);
      for (const chunk of Array.isArray(body) ? body : [body ?? ""]) outgoing.write(chunk);
      outgoing.end();
    });
}

const seen = (answer: Answer) => JSON.parse(answer.body).headers as Record<string, string>;

describe("what the portal gets to see", () => {
  it.each([
    ["/where?a=b", "/where?a=b"],
    ["http://evil.example/where?a=b", "/where?a=b"],
    ["https://evil.example:444/where", "/where"],
  ])("is the path alone: %s", async (target, path) => {
    const ask = await start();
    const answer = JSON.parse((await ask(target)).body);
    expect(answer.url).toBe(path);
    expect(JSON.stringify(answer)).not.toContain("evil");
  });

  it("is the configured address, whatever host the client names", async () => {
    const ask = await start();
    const headers = seen(
      await ask("/", {
        host: "evil.example",
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "http",
        "x-forwarded-prefix": "/evil",
        forwarded: "host=evil.example",
      }),
    );
    expect(headers).toMatchObject({ host: "forgepass.example.com", "x-forwarded-proto": "https" });
    expect(JSON.stringify(headers)).not.toContain("evil");
  });

  it("is no header that only the portal may set", async () => {
    const ask = await start();
    const forged = {
      "x-middleware-subrequest": "middleware:middleware",
      "content-security-policy": "script-src 'nonce-<script>'",
      "content-security-policy-report-only": "script-src 'nonce-forged'",
      "x-forgepass-ip": "forged",
      "x-forgepass-actor": "forged",
      "x-forwarded-for": "forged",
      "x-real-ip": "forged",
    };
    const headers = seen(await ask("/settings?a=1", forged));
    expect(JSON.stringify(headers)).not.toMatch(/forged|<script>|subrequest/);
    expect(headers).toMatchObject({ "x-forgepass-ip": "127.0.0.1", "x-forgepass-path": "/settings?a=1" });
  });

  it("is the client's address as the trusted proxy saw it", async () => {
    const ask = await start({ trustedProxies: ["127.0.0.0/8"] });
    const headers = seen(await ask("/", { "x-forwarded-for": "1.1.1.1, 203.0.113.9" }));
    expect(headers).toMatchObject({ "x-forgepass-ip": "203.0.113.9", "x-forwarded-for": "203.0.113.9" });
  });
});

describe("every answer", () => {
  it.each([
    ["a page", "/", "GET"],
    ["a failure that says otherwise", "/crash", "GET"],
    ["a refusal", "/", "POST"],
  ])("refuses frames, foreign scripts and storage: %s", async (_, path, method) => {
    const ask = await start();
    const { headers } = await ask(path, {}, method);
    expect(headers["content-security-policy"]).toMatch(
      /^default-src 'none'; script-src 'nonce-[\w+/]{22}==' 'strict-dynamic';/,
    );
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["content-security-policy"]).not.toContain("unsafe");
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "strict-transport-security": "max-age=31536000",
    });
  });

  it("has a nonce of its own, which Next is told", async () => {
    const ask = await start();
    const [first, second] = [await ask("/"), await ask("/")];
    expect(first.headers["content-security-policy"]).not.toBe(second.headers["content-security-policy"]);
    expect(seen(first)["content-security-policy"]).toBe(first.headers["content-security-policy"]);
  });

  it("may be kept when it is a file that never changes", async () => {
    const ask = await start();
    expect((await ask("/_next/static/a.js")).headers["cache-control"]).toBe("public, max-age=60");
  });

  it("does not promise https where there is none", async () => {
    const ask = await start({ publicUrl: "http://localhost:3000" });
    expect((await ask("/")).headers["strict-transport-security"]).toBeUndefined();
  });
});

describe("a request that changes something", () => {
  const json = { "content-type": "application/json" };

  it.each([
    ["from another site", { ...json, origin: "https://evil.example" }],
    ["from another port", { ...json, origin: `${publicUrl}:8443` }],
    ["from an opaque origin", { ...json, origin: "null" }],
    ["from another site of the same domain", { ...json, "sec-fetch-site": "same-site" }],
    ["without any proof", json],
    ["with an origin that contradicts the proof", { ...json, origin: "null", "sec-fetch-site": "same-origin" }],
    ["as text/plain", { "content-type": "text/plain", origin: publicUrl }],
  ])("is refused %s", async (_, headers) => {
    const ask = await start();
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      const answer = await ask("/", headers, method, "{}");
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.body)).toMatchObject({ error: { code: "forbidden" } });
    }
  });

  it.each([
    ["with the portal's origin", { ...json, origin: publicUrl }],
    ["with the browser's word for it", { ...json, "sec-fetch-site": "same-origin" }],
    ["as a server action", { "content-type": "text/plain;charset=UTF-8", "next-action": "00ab", origin: publicUrl }],
  ])("passes %s", async (_, headers) => {
    const ask = await start();
    expect((await ask("/", headers, "POST", "{}")).status).toBe(200);
  });

  it.each(["", "x", "00AB", "a".repeat(65), "ghp_0123456789", "00ab, 00ab"])(
    "is refused as the server action %j, which none is called",
    async (action) => {
      const ask = await start();
      const headers = { "content-type": "text/plain;charset=UTF-8", "next-action": action, origin: publicUrl };
      expect((await ask("/", headers, "POST", "[]")).status).toBe(400);
    },
  );

  it("may be a megabyte and not a byte more, announced or not", async () => {
    const ask = await start();
    const headers = { ...json, origin: publicUrl };
    const body = Buffer.alloc(maxBodyBytes);
    const allowed = await ask("/", headers, "POST", [body]);
    expect(JSON.parse(allowed.body).size).toBe(maxBodyBytes);
    const chunked = { ...headers, "transfer-encoding": "chunked" };
    await expectTooLarge(ask("/", chunked, "POST", [body, Buffer.from("x")]));
    await expectTooLarge(ask("/", { ...headers, "content-length": String(maxBodyBytes + 1) }, "POST", [body]));
  });

  it("may be a quarter of a megabyte when it is a server action", async () => {
    const ask = await start();
    const headers = { ...json, origin: publicUrl, "next-action": "00ab" };
    const body = Buffer.alloc(maxActionBytes);
    expect(JSON.parse((await ask("/", headers, "POST", [body])).body).size).toBe(maxActionBytes);
    await expectTooLarge(ask("/", { ...headers, "transfer-encoding": "chunked" }, "POST", [body, Buffer.from("x")]));
    await expectTooLarge(ask("/", { ...headers, "content-length": String(maxActionBytes + 1) }, "POST", [body]));
  });
});

/** The refusal may arrive while the body is still being sent: then the connection breaks before it is read. */
async function expectTooLarge(asked: Promise<Answer>): Promise<void> {
  const outcome = await asked.then(
    ({ status }) => status,
    (error: NodeJS.ErrnoException) => error.code,
  );
  expect([413, "EPIPE", "ECONNRESET"]).toContain(outcome);
}
