import { describe, expect, it } from "vitest";
import { checkEndpoint, formatAddress, formatEndpoint, parseSshAddress } from "./address";

describe("an SSH address", () => {
  it.each([
    ["git@git.example.com:22", "git", "git.example.com", 22],
    ["git.example.com", null, "git.example.com", 22],
    ["  SSH://Git@GIT.example.com:7999/ ", "Git", "git.example.com", 7999],
    [
      "APKAEIBAERJR2EXAMPLE@git-codecommit.eu-west-1.amazonaws.com",
      "APKAEIBAERJR2EXAMPLE",
      "git-codecommit.eu-west-1.amazonaws.com",
      22,
    ],
    ["git@[fd12:3456::1]:29418", "git", "fd12:3456::1", 29418],
    ["git@127.0.0.1:2222", "git", "127.0.0.1", 2222],
  ])("%j is read", (typed, user, host, port) => {
    expect(parseSshAddress(typed)).toEqual({ user, host, port });
    expect(parseSshAddress(formatEndpoint({ user, host, port }))).toEqual({ user, host, port });
  });

  it.each([
    "",
    "@",
    "git@",
    "-oProxyCommand=touch@git.example.com",
    "git@-oProxyCommand=x",
    "git@git.example.com -oProxyCommand=x",
    "git@git.example.com\nevil ssh-rsa AAAA",
    "git@git.example.com,evil.example.com",
    "git@*",
    "git@!git.example.com",
    "git@|1|abc|def",
    "git@git.example.com:0",
    "git@git.example.com:65536",
    "git@git.example.com:22:22",
    "git@git.example.com:x",
    "git@git.example.com/path",
    "git@[::1%eth0]:22",
    "git@[example]:22",
    "a@b@git.example.com",
    "x".repeat(10_000),
  ])("%j is refused with a sentence", (typed) => {
    expect(parseSshAddress(typed)).toMatch(/^[A-Z].*\.$/);
  });

  it("an adapter's endpoint is held to the same", () => {
    expect(checkEndpoint({ user: "git", host: "[::1]", port: 22 })).toEqual({ user: "git", host: "::1", port: 22 });
    expect(checkEndpoint({ user: null, host: "Git.example.com", port: 22 })?.host).toBe("git.example.com");
    expect(checkEndpoint({ user: "git", host: "a,b.example.com", port: 22 })).toBeNull();
    expect(checkEndpoint({ user: "-o", host: "git.example.com", port: 22 })).toBeNull();
    expect(checkEndpoint({ user: "git", host: "git.example.com", port: Number.NaN })).toBeNull();
  });

  it("is kept by host and port", () => {
    expect(formatAddress({ host: "git.example.com", port: 22 })).toBe("git.example.com:22");
    expect(formatAddress({ host: "::1", port: 2222 })).toBe("[::1]:2222");
  });
});
