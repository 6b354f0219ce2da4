import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { makeKeyPair } from "./key-pair";
import { fingerprint, knownHostsLine, parsePublicKey, readType } from "./public-key";

const folder = mkdtempSync(join(tmpdir(), "forgepass-keys-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(["ed25519", "rsa"] as const)("a key pair (%s)", (algorithm) => {
  it("is what ssh-keygen reads, with the same public part and fingerprint", async () => {
    const pair = await makeKeyPair(algorithm, "Forgepass\nfor alice@example.com");
    const file = join(folder, algorithm);
    writeFileSync(file, pair.privateKey.reveal(), { mode: 0o600 });
    const derived = execFileSync("ssh-keygen", ["-y", "-f", file], { encoding: "utf8" });
    expect(derived.split(" ").slice(0, 2)).toEqual(pair.publicKey.split(" ").slice(0, 2));
    expect(pair.publicKey.split(" ")[2]).toBe("Forgepass-for-alice@example.com");
    writeFileSync(`${file}.pub`, pair.publicKey);
    const listed = execFileSync("ssh-keygen", ["-l", "-f", `${file}.pub`], { encoding: "utf8" });
    expect(listed).toContain(pair.fingerprint);
    expect(listed).toMatch(algorithm === "rsa" ? /^4096 .*\(RSA\)/ : /^256 .*\(ED25519\)/);
    expect(inspect(pair, { depth: 9, showHidden: true })).not.toContain("PRIVATE KEY");
    expect(JSON.stringify(pair)).not.toContain("PRIVATE KEY");
  });
});

it("every key pair is a key pair: none of 600 is cut short", async () => {
  for (let count = 0; count < 600; count++) {
    const { publicKey } = await makeKeyPair("ed25519", "x");
    expect(Buffer.from(publicKey.split(" ")[1] ?? "", "base64")).toHaveLength(51);
  }
});

describe("a public key", () => {
  const line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl alice at work";

  it("is read with its comment, in one spelling", () => {
    expect(parsePublicKey(`${line}\n`)).toMatchObject({ type: "ssh-ed25519", comment: "alice at work" });
    expect(readType(Buffer.from(line.split(" ")[1] ?? "", "base64"))).toBe("ssh-ed25519");
  });

  it("has the fingerprint that GitHub publishes for this one", () => {
    // https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/githubs-ssh-key-fingerprints
    expect(fingerprint(line.split(" ")[1] ?? "")).toBe("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
  });

  it.each([
    ["nothing", ""],
    ["a word", "hello"],
    ["a key without its type", line.split(" ")[1] ?? ""],
    ["another type than the key's", line.replace("ssh-ed25519", "ssh-rsa")],
    ["options in front", `command="true" ${line}`],
    ["two lines", `${line}\n${line}`],
    ["a cut key", line.replace("2l9GKJl", "")],
    ["base64 with spare bits", line.replace("GKJl", "GKJm=")],
    ["bytes behind the key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJlAAAA"],
    ["a private key", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----"],
    ["something endless", `ssh-rsa ${"A".repeat(1_000_000)}`],
  ])("is not %s", (_what, text) => {
    expect(parsePublicKey(text)).toBeNull();
  });

  it("is known by host, and by host and port where the port is another", () => {
    const key = { type: "ssh-ed25519", blob: "AAAA" };
    expect(knownHostsLine({ host: "git.example.com", port: 22 }, key)).toBe("git.example.com ssh-ed25519 AAAA");
    expect(knownHostsLine({ host: "git.example.com", port: 2222 }, key)).toBe(
      "[git.example.com]:2222 ssh-ed25519 AAAA",
    );
    expect(knownHostsLine({ host: "::1", port: 22 }, key)).toBe("::1 ssh-ed25519 AAAA");
  });
});
