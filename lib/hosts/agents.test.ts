import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { closeTransports, openTransport } from "./http";
import { closeAll, failureOf, listen, open, serve, simulate, startSink } from "./http-fixture";
import { caCertificate, otherCaCertificate, serverCertificate, serverKey } from "./tls-fixture";

afterEach(closeAll);

describe("addresses", () => {
  const literals = [
    "2130706433",
    "017700000001",
    "0x7f000001",
    "0x7f.1",
    "0x7f.0x0.0x0.0x1",
    "0177.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "127.0.0.1",
    "127.0.0.1.",
    "%31%32%37.0.0.1",
    "127。0。0。1",
    "①②⑦.⓪.⓪.①",
    "0.0.0.0",
    "0",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:a9fe:a9fe]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    "[fe80::1]",
    "[fd00:ec2::254]",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "100.100.100.200",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
  ];

  it.each(literals)("http://%s is not contacted without an allowed network", async (literal) => {
    const sink = await startSink();
    const url = new URL(`http://${literal}:${sink.port}/`);
    const transport = openTransport({
      origins: [url.origin],
      caCertificate: null,
      allowedNetworks: [],
      deadlineMs: 2_500,
    });
    expect((await failureOf(transport.fetch(url))).reason).toBe("blocked-address");
    expect(sink.hits()).toBe(0);
  });

  it("a metadata address is not contacted even when everything is allowed", async () => {
    for (const literal of ["169.254.169.254", "[::ffff:169.254.169.254]", "100.100.100.200", "[fd00:ec2::254]"]) {
      const url = new URL(`http://${literal}/latest/meta-data`);
      const transport = open(url.origin, { allowedNetworks: ["0.0.0.0/0", "::/0"], deadlineMs: 2_000 });
      expect(await failureOf(transport.fetch(url))).toMatchObject({
        reason: "blocked-address",
        message: expect.stringContaining("never"),
      });
    }
  });

  it("a name that resolves to loopback is blocked, with the setting that allows it", async () => {
    const sink = await startSink();
    const lookup = async () => [{ address: "127.0.0.1", family: 4 }];
    const origin = `http://git.example.com:${sink.port}`;
    const error = await failureOf(open(origin, { allowedNetworks: [], lookup }).fetch(origin));
    expect(error.reason).toBe("blocked-address");
    expect(error.message).toContain("git.example.com");
    expect(error.message).toContain("loopback");
    expect(error.message).toContain("FORGEPASS_ALLOWED_NETWORKS");
    expect(sink.hits()).toBe(0);
  });

  it("an answer that mixes good and bad addresses is refused whole, in either order", async () => {
    const sink = await startSink();
    const good = { address: "127.0.0.1", family: 4 };
    const origin = `http://git.example.com:${sink.port}`;
    for (const bad of ["127.0.0.2", "10.0.0.1", "169.254.169.254", "::1", "not an address"]) {
      for (const answers of [
        [good, { address: bad, family: 4 }],
        [{ address: bad, family: 4 }, good],
      ]) {
        const transport = open(origin, { allowedNetworks: ["127.0.0.1/32"], lookup: async () => answers });
        expect((await failureOf(transport.fetch(origin))).reason).toBe("blocked-address");
      }
    }
    expect(sink.hits()).toBe(0);
    const allowed = open(origin, { allowedNetworks: ["127.0.0.1/32"], lookup: async () => [good] });
    expect((await allowed.fetch(origin)).status).toBe(200);
  });

  it("a resolver that changes its answer between connections gets no connection to the second", async () => {
    const reached: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      reached.push(request.socket.localAddress);
      response.writeHead(200, { connection: "close" }).end("{}");
    });
    const port = await listen(server, "0.0.0.0");
    const answers = ["127.0.0.1"];
    const lookup = async () => [{ address: answers.shift() ?? "127.0.0.2", family: 4 }];
    const origin = `http://rebind.example.com:${port}`;
    // 127.0.0.1 plays the public address, 127.0.0.2 the private one.
    const transport = open(origin, { allowedNetworks: ["127.0.0.1/32"], lookup });
    expect((await transport.fetch(origin)).status).toBe(200);
    for (let attempt = 0; attempt < 3; attempt++) {
      expect((await failureOf(transport.fetch(origin))).reason).toBe("blocked-address");
    }
    expect(reached).toEqual(["127.0.0.1"]);
  });

  it("a connection opened under one list of networks is not used under another", async () => {
    const host = await simulate(() => ({ status: 200, body: {} }));
    expect((await open(host.url).fetch(host.url)).status).toBe(200);
    const strict = open(host.url, { allowedNetworks: [] });
    expect((await failureOf(strict.fetch(host.url))).reason).toBe("blocked-address");
    expect(host.requests).toHaveLength(1);
  });
});

describe("certificates", () => {
  let url: string;
  let server: ReturnType<typeof createTlsServer>;

  beforeAll(async () => {
    server = createTlsServer({ key: serverKey, cert: serverCertificate }, (_, response) => response.end("{}"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `https://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it("one of an unknown CA is refused, and the sentence says what to add", async () => {
    const error = await failureOf(open(url).fetch(url));
    expect(error).toMatchObject({ reason: "tls", message: expect.stringContaining("CA certificate") });
  });

  it("is accepted with its own CA, and with no other", async () => {
    expect((await open(url, { caCertificate }).fetch(url)).status).toBe(200);
    expect((await failureOf(open(url, { caCertificate: otherCaCertificate }).fetch(url))).reason).toBe("tls");
  });

  it("is refused though the environment says to accept everything", async () => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    try {
      expect((await failureOf(open(url).fetch(url))).reason).toBe("tls");
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
  });

  it("for another name is refused even with its CA", async () => {
    const other = url.replace("localhost", "git.example.com");
    const lookup = async () => [{ address: "127.0.0.1", family: 4 }];
    const error = await failureOf(open(other, { caCertificate, lookup }).fetch(other));
    expect(error).toMatchObject({ reason: "tls", message: expect.stringContaining("another name") });
  });

  it("a CA that cannot be read is said to be so", async () => {
    for (const broken of ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "nonsense"]) {
      expect((await failureOf(open(url, { caCertificate: broken }).fetch(url))).reason).toBe("tls");
    }
  });

  it("plain HTTP behind https is said to be so", async () => {
    const plain = (await serve((_, response) => response.end())).replace("http:", "https:");
    expect((await failureOf(open(plain).fetch(plain))).reason).toBe("tls");
  });
});

describe("connections", () => {
  it("are shared by transports that trust and may reach the same, and are closed at shutdown", async () => {
    const sink = await startSink();
    for (let count = 0; count < 20; count++) expect((await open(sink.url).fetch(sink.url)).status).toBe(200);
    expect(sink.hits()).toBeLessThan(4);
    expect(sink.open()).toBeGreaterThan(0);
    await closeTransports();
    await expect.poll(() => sink.open()).toBe(0);
    expect((await open(sink.url).fetch(sink.url)).status).toBe(200);
  });

  it("of an agent that made room for others are opened anew", async () => {
    const sink = await startSink();
    for (let count = 0; count < 60; count++) {
      const transport = open(sink.url, { allowedNetworks: ["127.0.0.0/8", `10.${count}.0.0/16`] });
      expect((await transport.fetch(sink.url)).status).toBe(200);
    }
    expect((await open(sink.url).fetch(sink.url)).status).toBe(200);
    await expect.poll(() => sink.open()).toBeLessThanOrEqual(50);
  });
});
