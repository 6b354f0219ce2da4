import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Connection, Entered, VerifyStep } from "../adapter";
import { openTransport } from "../http";
import { type GerritSimulator, startGerritSimulator } from "../simulators/gerrit";
import type { GerritOptions } from "../simulators/gerrit-state";
import { gerrit } from "./adapter";

/** One walk through each generation of Gerrit, as an owner takes it: identify, verify, probe, key, revoke, verify. */
let host: GerritSimulator;

afterEach(() => host.close());

async function start(options: GerritOptions): Promise<Connection> {
  host = await startGerritSimulator(options);
  host.addProject({ name: "tools/build" });
  return { baseUrl: host.baseUrl, transport: transport() };
}

function transport() {
  const origins = gerrit.origins(host.baseUrl);
  return openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
}

function entered(token: string, type: string): Entered {
  return { type, token: new Secret(token), fields: { username: "alice" }, secrets: {} };
}

const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl forgepass";

interface Walk {
  version: string;
  options?: GerritOptions;
  /** What the owner says it is, and what it turns out to be. */
  given: string;
  type: string;
  expiration?: Date;
  expiry: unknown;
}

const walks: readonly Walk[] = [
  { version: "2.14.22", given: "token", type: "http-password", expiry: { known: true, at: null } },
  {
    version: "2.13.9",
    options: { digestEra: false },
    given: "http-password",
    type: "http-password",
    expiry: { known: true, at: null },
  },
  { version: "3.4.8", given: "http-password", type: "http-password", expiry: { known: true, at: null } },
  {
    version: "3.12.2",
    options: { subPath: "/r", addKeyStatus: 200 },
    given: "token",
    type: "http-password",
    expiry: { known: true, at: null },
  },
  {
    version: "3.13.1",
    options: { subPath: "/r", maxTokenLifetime: 525_600 },
    given: "http-password",
    type: "token",
    expiration: new Date("2099-01-31T12:00:00Z"),
    expiry: { known: true, at: new Date("2099-01-31T12:00:00Z") },
  },
  {
    version: "3.14.0-rc1-7-g0a1b2c3",
    options: { tokenRows: "ids" },
    given: "token",
    type: "token",
    expiration: new Date("2099-01-31T12:00:00Z"),
    expiry: { known: false },
  },
];

describe("each version of Gerrit, from identify to revocation", () => {
  it.each(walks)("$version $options", async ({ version, options, given, type, expiration, expiry }) => {
    const connection = await start({ ...options, version });
    const token = host.addToken({ expiration: expiration ?? null });
    expect(await gerrit.identify(connection)).toMatchObject({ ok: true, product: "Gerrit", version });

    const steps: VerifyStep[] = [];
    const verdict = await gerrit.verify(connection, entered(token, given), (step) => void steps.push(step));
    expect(verdict).toMatchObject({ ok: true, type, expiry, account: { login: "alice", id: "1000000" } });
    expect(steps[0]).toMatchObject({ step: "reachable", version });
    if (!verdict.ok || !verdict.account || !gerrit.ssh.keys) return;

    const probe = await gerrit.probe?.(connection, entered(token, given), "tools/build");
    expect(probe).toMatchObject({ ok: true });

    const { keys } = gerrit.ssh;
    const added = await keys.add(connection, entered(token, given), verdict.account, {
      publicKey,
      title: "Forgepass",
      use: "git",
    });
    expect(added).toEqual({ ok: true, id: "1", user: "alice" });

    host.revokeToken(token);
    expect(await gerrit.verify(connection, entered(token, given), () => {})).toMatchObject({
      ok: false,
      reason: "rejected",
      hostSaid: "Unauthorized",
    });
  });

  it("2.13, which wants Digest, is not a rejection, and the message says what to change", async () => {
    const connection = await start({ version: "2.13.9" });
    const token = host.addToken();
    expect(await gerrit.identify(connection)).toMatchObject({ ok: true, version: "2.13.9" });
    const verdict = await gerrit.verify(connection, entered(token, "http-password"), () => {});
    expect(verdict).toMatchObject({ ok: false, reason: "unexpected" });
    expect(verdict.ok ? "" : verdict.message).toMatch(/Digest.*before 2\.14.*auth\.gitBasicAuth/);
  });

  it("3.13 with a password from before is told to make a token", async () => {
    const connection = await start({});
    host.addUser({ username: "alice", httpPassword: "ETxgpih8xrNs" });
    const verdict = await gerrit.verify(connection, entered("ETxgpih8xrNs", "token"), () => {});
    expect(verdict).toMatchObject({ ok: true, type: "http-password", expiry: { known: true, at: null } });
    expect(verdict.ok ? verdict.notes.join(" ") : "").toContain("tokens");
  });
});
