import { describe, expect, it } from "vitest";
import { Secret } from "../secret";
import { echoes, quoteHost } from "./host-said";

const raw = "ghp_ab+/cdefghijklmnopqrstuvwxyz0123456789";
const token = new Secret(raw);

describe("quoteHost", () => {
  it.each([
    ["Bad credentials", "Bad credentials"],
    ["  401\r\n Unauthorized\t", "401 Unauthorized"],
    ["a\u0000b\u001b[31mc\u202ed", "a b [31mc d"],
    ["", null],
    [" \n", null],
    [null, null],
    [undefined, null],
    [7, null],
    [{ toString: () => raw }, null],
  ])("%j becomes %j", (words, quoted) => {
    expect(quoteHost(words, token)).toBe(quoted);
  });

  it("takes the token out, in the forms in which it may come back", () => {
    // A multiple of three characters, so that base64 needs no padding.
    expect(raw.length % 3).toBe(0);
    const forms = [
      raw,
      Buffer.from(raw).toString("base64"),
      Buffer.from(raw).toString("base64url"),
      encodeURIComponent(raw),
    ];
    expect(quoteHost(`no ${forms.join(" ")} ${raw}.`, token)).toBe("no [token] [token] [token] [token] [token].");
  });

  it("keeps at most 300 characters, and no piece of a token that the cut went through", () => {
    const quoted = quoteHost(`${"x".repeat(290)}${raw}${"y".repeat(100_000)}`, token);
    expect(quoted).toHaveLength(300);
    expect(quoted).not.toContain(raw.slice(0, 4));
  });

  it("takes out what is longer than the quotation, and each of several secrets", () => {
    const session = new Secret(`${raw}${"s3/+".repeat(1000)}`);
    expect(quoteHost(`no ${session.reveal()} ${raw}.`, token, session)).toBe("no [token] [token].");
    expect(quoteHost(`no ${session.reveal()} ${raw}.`, session, token)).toBe("no [token] [token].");
  });

  it("shows no piece of a secret that stands where reading ends", () => {
    const session = new Secret("s3+/".repeat(999));
    const quoted = quoteHost(session.reveal().repeat(30), session) ?? "";
    expect(quoted.replaceAll("[token]", "")).toBe("");
  });

  it.each(["x", "bob", "alice", "carol@example.com"])("takes it out of %s's Basic authentication", (name) => {
    const pair = Buffer.from(`${name}:${raw}:more`).toString("base64");
    const quoted = quoteHost(`no ${pair}`, token) ?? "";
    const left = Buffer.from(quoted.replace(/^no /, "").split("[token]").join(""), "base64").toString();
    for (let at = 0; at + 4 <= raw.length; at++) expect(left).not.toContain(raw.slice(at, at + 4));
    expect(echoes({ pair }, token)).toBe(true);
  });

  it("leaves words alone when there is no token", () => {
    expect(quoteHost("Bad credentials", new Secret(""))).toBe("Bad credentials");
  });
});

describe("an answer that hands the token back", () => {
  it.each([
    raw,
    `x ${raw} y`,
    encodeURIComponent(raw),
    Buffer.from(raw).toString("base64"),
    Buffer.from(raw).toString("base64url"),
    `https://${raw.toLowerCase()}.example`,
  ])("is known: %s", (text) => {
    expect(echoes({ deep: [{ text }] }, token)).toBe(true);
  });

  it("is known though JSON spells it otherwise", () => {
    const odd = new Secret('to"ken\\0123456789');
    expect(echoes([odd.reveal()], odd)).toBe(true);
  });

  it.each([null, [], { text: raw.slice(0, -1) }, "alice"])("is not %j", (read) => {
    expect(echoes(read, token)).toBe(false);
  });
});
