import { createServer, type Server, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import { type Sshd, startSshd } from "../simulators/sshd";
import { type KeyPair, makeKeyPair } from "./key-pair";
import { fingerprint } from "./public-key";
import { type HostKey, readHostKeys } from "./read-host-keys";
import { tryLogin } from "./try-login";

const options = { allowedNetworks: ["127.0.0.0/8"] };
let sshd: Sshd;
let pairs: Record<"ed25519" | "rsa", KeyPair>;
let known: readonly HostKey[];

beforeAll(async () => {
  const [server, ed25519, rsa] = await Promise.all([startSshd(), makeKeyPair("ed25519", "a"), makeKeyPair("rsa", "b")]);
  sshd = server;
  pairs = { ed25519, rsa };
  known = await scan();
});
afterAll(() => sshd.close());

async function scan(): Promise<readonly HostKey[]> {
  const read = await readHostKeys(sshd, options);
  if (!read.ok) throw new Error(read.message);
  return read.keys;
}

describe("host keys", () => {
  it("are read, one of each kind, as the server has them", () => {
    const own = sshd.hostKeys().map((line) => line.split(" ").slice(0, 2));
    expect(known.map(({ algorithm, publicKey }) => [algorithm, publicKey])).toEqual(own);
    expect(known.map((key) => key.fingerprint)).toEqual(own.map(([, blob]) => fingerprint(blob ?? "")));
    expect(own).toHaveLength(3);
  });

  it("are read without signing in", () => {
    expect(sshd.log()).not.toMatch(/invalid user|Failed|Accepted|userauth/i);
  });
});

describe.each(["ed25519", "rsa"] as const)("signing in with a key (%s)", (algorithm) => {
  it("is known when the server has it, and unknown when it has not", async () => {
    const { publicKey, privateKey } = pairs[algorithm];
    sshd.authorise([publicKey]);
    expect(await tryLogin(sshd, sshd.user, privateKey, known, options)).toEqual({ ok: true, state: "known" });
    sshd.authorise([pairs[algorithm === "rsa" ? "ed25519" : "rsa"].publicKey]);
    expect(await tryLogin(sshd, sshd.user, privateKey, known, options)).toEqual({ ok: true, state: "unknown" });
  });

  it.each(["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])(
    "works when only the %s host key is known",
    async (kind) => {
      const { publicKey, privateKey } = pairs[algorithm];
      sshd.authorise([publicKey]);
      const some = known.filter((key) => key.algorithm === kind);
      expect(await tryLogin(sshd, sshd.user, privateKey, some, options)).toEqual({ ok: true, state: "known" });
    },
  );
});

describe("a host key that is not the known one", () => {
  it("ends it before the user name or the key is sent", async () => {
    const other = await startSshd(["ed25519"]);
    try {
      other.authorise([pairs.ed25519.publicKey]);
      const login = await tryLogin(other, "alice-canary", pairs.ed25519.privateKey, known, options);
      expect(login).toMatchObject({ ok: false, reason: "host-key-changed" });
      expect(login.ok === false && "shown" in login && login.shown?.publicKey).toBe(other.hostKeys()[0]?.split(" ")[1]);
      await expect.poll(() => other.log()).toContain("Connection closed");
      expect(other.log()).not.toContain("alice-canary");
      expect(other.log()).not.toMatch(/Accepted|Failed|Postponed|NEWKEYS received/);
    } finally {
      await other.close();
    }
  });

  it("of a kind that nobody confirmed is told apart from a changed one", async () => {
    const other = await startSshd(["ecdsa"]);
    try {
      const some = known.filter(({ algorithm }) => algorithm === "ssh-ed25519");
      const login = await tryLogin(other, other.user, pairs.ed25519.privateKey, some, options);
      expect(login).toMatchObject({
        ok: false,
        reason: "host-key-unknown",
        shown: { algorithm: "ecdsa-sha2-nistp256" },
      });
    } finally {
      await other.close();
    }
  });

  it("is not even asked for when none is known", async () => {
    const before = sshd.connections();
    const login = await tryLogin(sshd, sshd.user, pairs.ed25519.privateKey, [], options);
    expect(login).toMatchObject({ ok: false, reason: "host-key-unknown", shown: null });
    expect(sshd.connections()).toBe(before);
  });
});

describe("addresses", () => {
  it.each(["127.0.0.1", "localhost", "::1", "169.254.169.254", "10.0.0.1"])(
    "%s is not contacted unless allowed",
    async (host) => {
      const before = sshd.connections();
      const address = { host, port: sshd.port };
      const read = await readHostKeys(address, { allowedNetworks: [], deadlineMs: 2_000 });
      expect(read).toMatchObject({ ok: false, reason: "unreachable", message: expect.stringContaining(host) });
      expect(await tryLogin(address, "git", pairs.ed25519.privateKey, known, { allowedNetworks: [] })).toMatchObject({
        ok: false,
        reason: "unreachable",
      });
      expect(sshd.connections()).toBe(before);
    },
  );

  it("a name with one bad answer among good ones is not contacted", async () => {
    const before = sshd.connections();
    const good = { address: "127.0.0.1", family: 4 };
    for (const answers of [
      [good, { address: "169.254.169.254", family: 4 }],
      [{ address: "10.0.0.1", family: 4 }, good],
    ]) {
      const read = await readHostKeys(
        { host: "git.example.com", port: sshd.port },
        { ...options, lookup: async () => answers },
      );
      expect(read).toMatchObject({ ok: false, reason: "unreachable" });
    }
    expect(sshd.connections()).toBe(before);
    const read = await readHostKeys(
      { host: "git.example.com", port: sshd.port },
      { ...options, lookup: async () => [good] },
    );
    expect(read.ok).toBe(true);
  });
});

describe("servers that misbehave", () => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
  });

  async function serve(onConnection: (socket: Socket) => void): Promise<{ host: string; port: number }> {
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      onConnection(socket);
    });
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    return { host: "127.0.0.1", port: typeof address === "object" ? (address?.port ?? 0) : 0 };
  }

  async function ask(address: { host: string; port: number }) {
    const began = performance.now();
    const asked = { ...options, deadlineMs: 1_500 };
    const [scanned, login] = await Promise.all([
      readHostKeys(address, asked),
      tryLogin(address, "git", pairs.ed25519.privateKey, known, asked),
    ]);
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(scanned.ok).toBe(false);
    expect(login.ok).toBe(false);
    const texts = JSON.stringify([scanned, login]);
    expect(texts).not.toContain("canary");
    return [scanned, login].map((one) => (one.ok ? "" : `${one.reason}: ${one.message}`));
  }

  it("nothing listening", async () => {
    const address = await serve(() => {});
    await new Promise((done) => servers.splice(0)[0]?.close(done));
    for (const said of await ask(address)) expect(said).toMatch(/^unreachable: Nothing answers at 127\.0\.0\.1:\d+/);
  });

  it("silence", async () => {
    for (const said of await ask(await serve(() => {}))) expect(said).toMatch(/^unreachable: .*did not answer in time/);
  });

  it("hanging up at once", async () => {
    for (const said of await ask(await serve((socket) => socket.end()))) expect(said).toMatch(/^unreachable: .*closed/);
  });

  it("a reset", async () => {
    for (const said of await ask(await serve((socket) => socket.resetAndDestroy())))
      expect(said).toMatch(/^unreachable: /);
  });

  it("a web server", async () => {
    const address = await serve((socket) =>
      socket.end("HTTP/1.1 400 canary\r\nconnection: close\r\n\r\n<h1>canary</h1>"),
    );
    for (const said of await ask(address)) expect(said).toMatch(/^(unreachable|unexpected): /);
  });

  it("noise behind a proper greeting", async () => {
    const address = await serve((socket) => socket.write(`SSH-2.0-canary\r\n${"\xff".repeat(4_000)}`));
    for (const said of await ask(address)) expect(said).toMatch(/^unexpected: /);
  });

  it("a greeting without end", async () => {
    const address = await serve((socket) => {
      const pour = () => socket.writable && socket.write("canary ".repeat(10_000), pour);
      pour();
    });
    for (const said of await ask(address)) expect(said).toMatch(/^unexpected: /);
  });

  it("proper packets without end", async () => {
    const length = 29_996;
    // SSH_MSG_IGNORE, in the clear: its length, 4 bytes of padding, its type, and what is to be ignored.
    const packet = Buffer.alloc(4 + length);
    packet.writeUInt32BE(length, 0);
    packet[4] = 4;
    packet[5] = 2;
    packet.writeUInt32BE(length - 1 - 1 - 4 - 4, 6);
    const address = await serve((socket) => {
      socket.write("SSH-2.0-canary\r\n");
      const pour = () => socket.writable && socket.write(packet, () => setTimeout(pour, 5));
      pour();
    });
    for (const said of await ask(address)) expect(said).toMatch(/^unexpected: .* sent more than an SSH server would/);
  });

  it("a greeting that drips", async () => {
    const address = await serve((socket) => {
      const timer = setInterval(() => socket.write("canary\r\n"), 50);
      socket.on("close", () => clearInterval(timer));
    });
    for (const said of await ask(address)) expect(said).toMatch(/^unreachable: .*in time/);
  });

  it("a host that takes no keys is not said to refuse this one", async () => {
    const other = await startSshd(["ed25519"]);
    try {
      other.configure("PubkeyAuthentication no\nHostbasedAuthentication yes");
      const read = await readHostKeys(other, options);
      const login = await tryLogin(other, other.user, pairs.ed25519.privateKey, read.ok ? read.keys : [], options);
      expect(login).toMatchObject({ ok: false, reason: "unexpected" });
    } finally {
      await other.close();
    }
  });

  it("a private key that cannot be read is said to be so, and not quoted", async () => {
    const login = await tryLogin(sshd, sshd.user, new Secret("canary canary canary"), known, options);
    expect(login).toMatchObject({
      ok: false,
      reason: "unexpected",
      message: expect.stringContaining("Make a new pair"),
    });
    expect(JSON.stringify(login)).not.toContain("canary");
  });
});
