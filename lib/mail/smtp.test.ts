import { createServer, type Server } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { caCertificate, otherCaCertificate } from "../hosts/tls-fixture";
import { Secret } from "../secret";
import { mailLogin, startMailServer, type TestMailServer } from "./fixture";
import { MailError } from "./mail-error";
import { type MailServer, openSession, type SessionOptions } from "./smtp";

const allowedNetworks = ["127.0.0.0/8", "::1/128"];
const mail = { from: "portal@example.com", to: "alice@example.com", subject: "S", text: "T\n", html: "<p>H</p>" };

let plain: TestMailServer;
let starttls: TestMailServer;
let tls: TestMailServer;

beforeAll(async () => {
  [plain, starttls, tls] = await Promise.all([
    startMailServer(),
    startMailServer({ disabledCommands: [], allowInsecureAuth: false, authOptional: false }),
    startMailServer({ secure: true }),
  ]);
});
afterAll(() => Promise.all([plain.close(), starttls.close(), tls.close()]));
afterEach(() => {
  for (const one of [plain, starttls, tls]) Object.assign(one, { mood: "well" }).received.length = 0;
  for (const one of [plain, starttls, tls]) one.logins.length = 0;
});

function at(port: number, more: Partial<MailServer> = {}): MailServer {
  return { host: "localhost", port, security: "none", username: "", password: null, ...more };
}

const login = { username: mailLogin.username, password: new Secret(mailLogin.password) };

async function deliver(server: MailServer, options: Partial<SessionOptions> = {}): Promise<string | null> {
  const session = await openSession(server, { allowedNetworks, name: "portal.example.com", caCertificate, ...options });
  try {
    return await session.send(mail);
  } finally {
    session.close();
  }
}

async function failure(work: Promise<unknown>): Promise<MailError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MailError);
  return error as MailError;
}

describe("a mail", () => {
  it.each([
    ["in the clear, where that was chosen", () => at(plain.port), () => plain],
    ["with STARTTLS and a login", () => at(starttls.port, { security: "starttls", ...login }), () => starttls],
    ["with TLS and a login", () => at(tls.port, { security: "tls", ...login }), () => tls],
  ])("arrives as text and as HTML %s", async (_how, server, there) => {
    const said = await deliver(server());
    expect(said).toMatch(/^250/);
    const [arrived] = there().received;
    expect(arrived).toMatchObject({
      from: mail.from,
      to: [mail.to],
      text: "T\n",
      isEncrypted: server().security !== "none",
    });
    expect(arrived?.html.trim()).toBe(mail.html);
    expect(arrived?.headers).toMatchObject({ subject: "S", "auto-submitted": "auto-generated" });
    expect(there().logins).toEqual(server().password ? [mailLogin] : []);
  });
});

describe("nothing is sent, and a sentence says what to do,", () => {
  it.each([
    ["by STARTTLS", "starttls" as const, () => starttls],
    ["by TLS", "tls" as const, () => tls],
  ])("when a certificate is not trusted %s", async (_how, security, there) => {
    const server = at(there().port, { security, ...login });
    for (const ca of [undefined, otherCaCertificate]) {
      const error = await failure(deliver(server, { caCertificate: ca }));
      expect(error.message).toMatch(/^The certificate of localhost:\d+ is not trusted\. .*NODE_EXTRA_CA_CERTS/);
      expect(error).toMatchObject({ concerns: "server", outcome: "refused" });
    }
    expect(there().logins).toEqual([]);
  });

  it("when the certificate is for another name", async () => {
    const error = await failure(deliver(at(tls.port, { host: "127.0.0.1", security: "tls" })));
    expect(error.message).toMatch(/is for another name/);
  });

  it("when the server does not offer STARTTLS, not even in the clear", async () => {
    const error = await failure(deliver(at(plain.port, { security: "starttls", ...login })));
    expect(error.message).toMatch(/does not offer encryption with STARTTLS/);
    expect(plain.logins).toEqual([]);
  });

  it("when TLS is not spoken there", async () => {
    const error = await failure(deliver(at(plain.port, { security: "tls" })));
    expect(error.message).toMatch(/does not speak TLS there/);
  });

  it("when the login is refused; the server's words are quoted without the password", async () => {
    const password = new Secret("a wrong password");
    const error = await failure(deliver(at(plain.port, { username: "portal", password })));
    expect(error.message).toMatch(/^localhost:\d+ refused the login\. Check the user name and the password\.$/);
    expect(error.serverSaid).toContain("Invalid login: [token]");
    expect(JSON.stringify(error)).not.toContain("a wrong password");
    expect(String(error.stack)).not.toContain("a wrong password");
  });

  it("when the name does not exist, or nothing answers", async () => {
    const lookup = async () => {
      throw Object.assign(new Error("x"), { code: "ENOTFOUND" });
    };
    expect((await failure(deliver(at(25, { host: "mail.invalid" }), { lookup }))).message).toMatch(/cannot be found/);
    const closed = await startMailServer();
    await closed.close();
    expect((await failure(deliver(at(closed.port)))).message).toMatch(/Nothing answers at localhost/);
  });

  it.each(["127.0.0.1", "localhost", "10.0.0.1", "::1"])(
    "when %s is in a network that is not allowed",
    async (host) => {
      const error = await failure(deliver(at(plain.port, { host }), { allowedNetworks: [] }));
      expect(error.message).toMatch(/FORGEPASS_ALLOWED_NETWORKS/);
    },
  );

  it.each(["169.254.169.254", "fd00:ec2::254"])("to the metadata service %s, whatever is allowed", async (host) => {
    const everything = ["0.0.0.0/0", "::/0"];
    const error = await failure(deliver(at(25, { host }), { allowedNetworks: everything }));
    expect(error.message).toMatch(/never contacts/);
    const lookup = async () => [{ address: host, family: host.includes(":") ? 6 : 4 }];
    const named = await failure(deliver(at(25, { host: "mail.example.com" }), { allowedNetworks: everything, lookup }));
    expect(named.message).toMatch(/never contacts/);
  });
});

describe("a server that says no", () => {
  it("to a recipient is told apart from one that cannot be used, and takes the next mail", async () => {
    plain.refusals.set(mail.to, { code: 550, words: "No such user here" });
    const session = await openSession(at(plain.port), { allowedNetworks, name: "portal.example.com" });
    const error = await failure(session.send(mail));
    expect(error).toMatchObject({ concerns: "recipient", outcome: "refused" });
    expect(error.message).toMatch(/does not take mail for this recipient\.$/);
    expect(error.serverSaid).toContain("No such user here");
    await session.send({ ...mail, to: "bob@example.com" });
    session.close();
    plain.refusals.clear();
    expect(plain.received.map(({ to }) => to)).toEqual([["bob@example.com"]]);
  });

  it("after it has read the mail has not taken it", async () => {
    plain.mood = "refuses";
    const error = await failure(deliver(at(plain.port)));
    expect(error).toMatchObject({ concerns: "recipient", outcome: "refused", serverSaid: "Not today" });
  });
});

describe("nobody knows whether a mail was taken", () => {
  it.each(["hangs up", "silent"] as const)("when the server %s after reading it", async (mood) => {
    plain.mood = mood;
    const error = await failure(deliver(at(plain.port), { deadlineMs: 1500 }));
    expect(error).toMatchObject({ concerns: "server", outcome: "unknown" });
    expect(error.message).toMatch(/It may have been sent\.$/);
    expect(plain.received).toHaveLength(1);
  });
});

describe("a server that says nothing, or too much,", () => {
  const servers: Server[] = [];
  afterAll(() => Promise.all(servers.map((server) => new Promise((done) => server.close(done)))));

  async function listen(greet: (write: (text: string) => void) => void): Promise<number> {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      greet((text) => socket.write(text));
    });
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return (server.address() as { port: number }).port;
  }

  it("is left at the deadline, also when it goes on greeting drop by drop", async () => {
    for (const drip of [false, true]) {
      const timers: NodeJS.Timeout[] = [];
      const port = await listen((write) => drip && timers.push(setInterval(() => write("220-wait\r\n"), 100)));
      const begun = Date.now();
      const error = await failure(deliver(at(port), { deadlineMs: 800 }));
      for (const timer of timers) clearInterval(timer);
      expect(Date.now() - begun).toBeLessThan(3000);
      expect(error.message).toMatch(/did not answer in time/);
    }
  });

  it("is left when its answer is too large", async () => {
    const port = await listen((write) => write(`220-${"x".repeat(200_000)}`));
    expect((await failure(deliver(at(port)))).message).toMatch(/does not answer as a mail server does/);
  });

  it("is left within what the caller has left in all", async () => {
    const port = await listen(() => {});
    const begun = Date.now();
    await failure(deliver(at(port), { total: AbortSignal.timeout(300) }));
    expect(Date.now() - begun).toBeLessThan(2000);
  });
});
