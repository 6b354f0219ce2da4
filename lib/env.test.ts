import { isAbsolute } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigurationError, readEnv } from "./env";

const databaseUrl = "postgresql://forgepass@127.0.0.1:5432/forgepass";
const minimal = { DATABASE_URL: databaseUrl };

describe("settings", () => {
  it("need nothing but the database; empty ones count as unset", () => {
    const read = readEnv({ ...minimal, PORT: "", AUTH_URL: "", KEYRING_FILE: "", FORGEPASS_ALLOWED_NETWORKS: "" });
    expect(read).toMatchObject({
      port: 3000,
      host: "127.0.0.1",
      publicUrl: "http://localhost:3000",
      databaseUrl,
      authSecret: null,
      allowedNetworks: [],
      trustedProxies: [],
      jobs: "here",
      logLevel: "info",
    });
    expect(isAbsolute(read.dataDir)).toBe(true);
    expect(read.keyringFile).toBe(`${read.dataDir}/keyring.json`);
  });

  it.each([
    ["10.0.0.0/8,192.168.1.5/32", ["10.0.0.0/8", "192.168.1.5/32"]],
    [" 10.0.0.0/8 ,\n fd00::/8 ", ["10.0.0.0/8", "fd00::/8"]],
    ["127.0.0.1", ["127.0.0.1/32"]],
  ])("read %j as networks", (text, networks) => {
    expect(readEnv({ ...minimal, FORGEPASS_ALLOWED_NETWORKS: text }).allowedNetworks).toEqual(networks);
  });

  it("make the public address an origin", () => {
    expect(readEnv({ ...minimal, AUTH_URL: "https://Forgepass.Example.com/" }).publicUrl).toBe(
      "https://forgepass.example.com",
    );
  });
});

describe("a setting that makes no sense is refused by its name, with the remedy", () => {
  it.each<[string, string | undefined, RegExp]>([
    ["DATABASE_URL", undefined, /run npm start/],
    ["DATABASE_URL", "mysql://localhost/x", /postgresql:\/\//],
    ["DATABASE_URL", "not a url", /postgresql:\/\//],
    ["PORT", "http", /port number from 1 to 65535/],
    ["PORT", "0", /port number from 1 to 65535/],
    ["PORT", "70000", /port number from 1 to 65535/],
    ["PORT", "30.5", /port number from 1 to 65535/],
    ["AUTH_URL", "forgepass.example.com", /https:\/\/forgepass\.example\.com/],
    ["AUTH_URL", "ftp://forgepass.example.com", /https:\/\/forgepass\.example\.com/],
    ["AUTH_URL", "https://example.com/forgepass", /leave out the path/],
    ["AUTH_SECRET", "short", /at least 32 characters/],
    ["KEYRING_FILE", "keyring.json", /absolute path/],
    ["FORGEPASS_ALLOWED_NETWORKS", "10.0/8", /"10\.0\/8".*10\.0\.0\.0\/8/],
    ["FORGEPASS_ALLOWED_NETWORKS", "2130706433", /"2130706433"/],
    ["FORGEPASS_ALLOWED_NETWORKS", "10.0.0.0/8,intranet", /"intranet"/],
    ["FORGEPASS_ALLOWED_NETWORKS", "10.0.0.0/33", /"10\.0\.0\.0\/33"/],
    ["FORGEPASS_ALLOWED_NETWORKS", "::ffff:10.0.0.0/104", /IPv4/],
    ["TRUSTED_PROXIES", "*", /"\*"/],
    ["FORGEPASS_JOBS", "nowhere", /here, or elsewhere where npm run worker/],
    ["LOG_LEVEL", "verbose", /one of fatal, error/],
  ])("%s=%j", (variable, value, remedy) => {
    let refusal: unknown;
    try {
      readEnv({ ...minimal, [variable]: value });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(ConfigurationError);
    expect((refusal as ConfigurationError).variable).toBe(variable);
    expect((refusal as Error).message).toMatch(new RegExp(`^${variable}: `));
    expect((refusal as Error).message).toMatch(remedy);
  });

  it("never quotes a secret", () => {
    expect(() => readEnv({ ...minimal, AUTH_SECRET: "hunter2" })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("hunter2") }),
    );
    expect(() => readEnv({ DATABASE_URL: "mysql://u:hunter2@h/d" })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("hunter2") }),
    );
  });
});
