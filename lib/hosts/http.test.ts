import { createServer as createTcpServer } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { canary, closeAll, failureOf, listen, open, serve, simulate, startSink } from "./http-fixture";
import { startSimulator } from "./simulators/simulator";

afterEach(closeAll);

describe("what is sent", () => {
  it("arrives with method, headers and body as given, unpacked, and the answer comes back whole", async () => {
    const host = await simulate(() => ({
      status: 201,
      headers: { link: '<x>; rel="next"', "set-cookie": ["a=1", "b=2"], "x-oauth-scopes": "" },
      body: { id: 1 },
    }));
    const response = await open(host.url).fetch(`${host.url}/a?b=c`, {
      method: "POST",
      headers: { "PRIVATE-TOKEN": canary, Accept: "application/json", "accept-encoding": "br" },
      body: JSON.stringify({ x: "é" }),
    });
    expect(response.status).toBe(201);
    expect(response.url).toBe(`${host.url}/a?b=c`);
    expect(response.headers.get("link")).toBe('<x>; rel="next"');
    expect(response.headers.get("x-oauth-scopes")).toBe("");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await response.json()).toEqual({ id: 1 });
    const [request] = host.requests;
    expect(request).toMatchObject({ method: "POST", path: "/a", body: '{"x":"é"}' });
    expect(request?.headers).toMatchObject({ "private-token": canary, "accept-encoding": "identity" });
    expect(request?.headers["content-type"]).toMatch(/^text\/plain/);
  });

  it("may be a Request, and a response of any status is returned", async () => {
    const host = await simulate(({ path }) => ({ status: Number(path.slice(1)) }));
    const transport = open(host.url);
    for (const status of [200, 204, 205, 304, 400, 401, 404, 429, 500, 599]) {
      const request = new Request(`${host.url}/${status}`, { headers: { authorization: `Bearer ${canary}` } });
      expect((await transport.fetch(request)).status).toBe(status);
    }
    expect(host.requests.every(({ headers }) => headers.authorization === `Bearer ${canary}`)).toBe(true);
  });

  it("goes to no proxy of the environment", async () => {
    const proxy = await startSink();
    const host = await simulate(() => ({ status: 200, body: {} }));
    const names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"];
    const before = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) process.env[name] = proxy.url;
    try {
      expect((await open(host.url).fetch(host.url)).status).toBe(200);
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
    expect(proxy.hits()).toBe(0);
  });

  it.each([
    ["a header value with a line break", { headers: { authorization: `Bearer ${canary}\r\nX-Evil: 1` } }],
    ["a header value with a line feed", { headers: { "private-token": `${canary}\n` } }],
    ["a header value with NUL", { headers: { "private-token": `${canary}\u0000` } }],
    ["a header value beyond ASCII", { headers: { "private-token": `${canary}é` } }],
    ["a header name with a space", { headers: { [`x ${canary}`]: "1" } }],
    ["a header name with a line break", { headers: { [`x\r\n${canary}`]: "1" } }],
    ["a host header", { headers: { Host: "other.example.com" } }],
    ["a transfer-encoding header", { headers: { "Transfer-Encoding": "chunked" } }],
    ["a method of its own", { method: "TRACE" }],
    ["a method with a line break", { method: `GET / HTTP/1.1\r\n${canary}` }],
  ])("is refused unsent with %s, without quoting it", async (_, init) => {
    const sink = await startSink();
    expect((await failureOf(open(sink.url).fetch(sink.url, init))).reason).toBe("unexpected");
    expect(sink.hits()).toBe(0);
  });

  it("goes to no other origin than the transport was opened for", async () => {
    const [host, sink] = [await startSink(), await startSink()];
    const transport = open(host.url, { origins: [host.url, "null"] });
    const { port } = host;
    for (const url of [
      sink.url,
      `http://localhost:${port}/`,
      `https://127.0.0.1:${port}/`,
      `http://user:${canary}@127.0.0.1:${port}/`,
      `http://127.0.0.1:${port}@127.0.0.1:${sink.port}/`,
      "file:///etc/passwd",
      "data:text/plain,x",
      "/relative",
      "",
    ]) {
      expect((await failureOf(transport.fetch(url))).reason, url).toBe("unexpected");
    }
    expect(host.hits() + sink.hits()).toBe(0);
  });
});

describe("redirects", () => {
  it.each([301, 302, 303, 307, 308, 300])("a %i is not followed and takes no token along", async (status) => {
    const sink = await startSink();
    const host = await serve((_, response) => response.writeHead(status, { location: `${sink.url}/x?y` }).end("{}"));
    const error = await failureOf(open(host).fetch(host, { headers: { "PRIVATE-TOKEN": canary } }));
    expect(error).toMatchObject({ reason: "redirected", location: `${sink.url}/x?y` });
    expect(error.message).toContain(sink.url);
    expect(sink.hits()).toBe(0);
  });

  it("a location on the same origin is given absolute, a missing or broken one as null", async () => {
    const locations: Record<string, string> = { "/a": "/repositories/1", "/b": "http://[", "/c": "" };
    const host = await serve(({ url = "" }, response) => {
      const location = locations[url];
      response.writeHead(301, location ? { location } : {}).end();
    });
    const seen = [];
    for (const path of Object.keys(locations)) seen.push((await failureOf(open(host).fetch(host + path))).location);
    expect(seen).toEqual([`${host}/repositories/1`, null, null]);
  });
});

describe("hostile answers", () => {
  it("a body of 300 MB is stopped at the cap, in bounded memory", async () => {
    let sentBytes = 0;
    const host = await serve((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const chunk = Buffer.alloc(1024 * 1024, "a");
      const pump = () => {
        while (sentBytes < 300 * chunk.length) {
          sentBytes += chunk.length;
          if (!response.write(chunk)) return void response.once("drain", pump);
        }
        response.end();
      };
      pump();
    });
    const before = process.memoryUsage().rss;
    expect((await failureOf(open(host).fetch(host))).reason).toBe("too-large");
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
    expect(sentBytes).toBeLessThan(30 * 1024 * 1024);
  });

  it("a body that drips is stopped by the total deadline", async () => {
    const host = await serve((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("a"), 200);
      response.on("close", () => clearInterval(timer));
    });
    const startedAt = Date.now();
    const error = await failureOf(open(host, { deadlineMs: 900 }).fetch(host));
    expect(error.reason).toBe("timeout");
    expect(Date.now() - startedAt).toBeLessThan(1_500);
  });

  it("headers that drip are stopped by the total deadline, which all requests share", async () => {
    const port = await listen(
      createTcpServer((socket) => {
        socket.write("HTTP/1.1 200 OK\r\n");
        const timer = setInterval(() => socket.write("x: y\r\n"), 100);
        socket.on("close", () => clearInterval(timer));
      }),
    );
    const host = `http://127.0.0.1:${port}`;
    const transport = open(host, { deadlineMs: 600 });
    const startedAt = Date.now();
    expect((await failureOf(transport.fetch(host))).reason).toBe("timeout");
    expect((await failureOf(transport.fetch(host))).reason).toBe("timeout");
    expect(Date.now() - startedAt).toBeLessThan(1_100);
  });

  it("the caller's own signal stops it too", async () => {
    const host = await serve(() => {});
    const error = await failureOf(open(host).fetch(host, { signal: AbortSignal.timeout(100) }));
    expect(error.reason).toBe("timeout");
  });

  it.each([
    ["gzip", gzipSync(Buffer.alloc(64_000_000))],
    ["br", brotliCompressSync(Buffer.alloc(64_000_000))],
    ["GZIP, br", Buffer.from("x")],
    ["zstd", Buffer.from("x")],
  ])("a body packed with %s is not unpacked", async (encoding, body) => {
    const host = await serve((_, response) => response.writeHead(200, { "content-encoding": encoding }).end(body));
    const before = process.memoryUsage().rss;
    expect((await failureOf(open(host).fetch(host))).reason).toBe("unexpected");
    expect(process.memoryUsage().rss - before).toBeLessThan(40 * 1024 * 1024);
  });

  it("headers of 5 MB are stopped", async () => {
    const host = await serve((_, response) => response.writeHead(200, { "x-oauth-scopes": "a".repeat(5e6) }).end());
    expect((await failureOf(open(host).fetch(host))).reason).toBe("too-large");
  });

  it.each([
    ["no HTTP at all", "SSH-2.0-OpenSSH_9.7\r\n"],
    ["a bare line break in a header", "HTTP/1.1 200 OK\r\nx: a\rX-Evil: 1\r\ncontent-length: 0\r\n\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab"],
    ["a status that is none", "HTTP/1.1 999 What\r\ncontent-length: 0\r\n\r\n"],
    ["a protocol switch", "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"],
    ["nothing, and closes", ""],
    ["half a body, and closes", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"],
  ])("%s becomes a TransportError", async (_, bytes) => {
    const port = await listen(createTcpServer((socket) => socket.once("data", () => socket.end(bytes, "latin1"))));
    const error = await failureOf(open(`http://127.0.0.1:${port}`).fetch(`http://127.0.0.1:${port}/`));
    expect(["unexpected", "unreachable"]).toContain(error.reason);
  });

  it("a status beyond HTTP's is said to be so", async () => {
    const port = await listen(
      createTcpServer((socket) => socket.once("data", () => socket.end("HTTP/1.1 999 What\r\n\r\n"))),
    );
    const error = await failureOf(open(`http://127.0.0.1:${port}`).fetch(`http://127.0.0.1:${port}/`));
    expect(error.message).toContain("status");
  });

  it("headers and JSON that reach for the prototype change nothing", async () => {
    const body = '{"__proto__":{"polluted":true}}';
    const head = `HTTP/1.1 200 OK\r\n__proto__: a\r\n__proto__: b\r\nconstructor: c\r\ncontent-length: ${body.length}`;
    const port = await listen(
      createTcpServer((socket) => socket.once("data", () => socket.end(`${head}\r\n\r\n${body}`))),
    );
    await open(`http://127.0.0.1:${port}`)
      .fetch(`http://127.0.0.1:${port}/`)
      .then((response) => response.text())
      .catch(failureOf);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty("0");
  });

  it("a host where nothing listens, and a name that does not exist, are unreachable", async () => {
    const gone = await startSimulator(() => ({ status: 200 }));
    await gone.close();
    expect(await failureOf(open(gone.url).fetch(gone.url))).toMatchObject({ reason: "unreachable" });
    const lookup = async () => {
      throw Object.assign(new Error(canary), { code: "ENOTFOUND" });
    };
    const error = await failureOf(open("http://git.example.com", { lookup }).fetch("http://git.example.com/"));
    expect(error).toMatchObject({ reason: "unreachable", message: expect.stringContaining("git.example.com") });
  });
});
