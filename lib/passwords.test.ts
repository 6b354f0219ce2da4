import { describe, expect, it } from "vitest";
import { hashPassword, isAboutPerson, isPassword, newPassword } from "./passwords";

describe("passwords", () => {
  it("are kept as argon2id with the recommended cost", async () => {
    const hash = await hashPassword("a horse and a staple");
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await isPassword(hash, "a horse and a staple")).toBe(true);
    expect(await isPassword(hash, "a horse and a Staple")).toBe(false);
  });

  it("are the same however the keyboard composes their letters", async () => {
    const hash = await hashPassword("cafe\u0301 au lait 1");
    expect(await isPassword(hash, "caf\u00e9 au lait 1")).toBe(true);
  });

  it("are nobody's when there is nobody", async () => {
    expect(await isPassword(null, "NOBODY")).toBe(false);
    expect(await isPassword(null, "")).toBe(false);
  });

  it.each([
    "short",
    "elevenchars",
    "password1234",
    "PASSWORD1234",
    "aaaaaaaaaaaaaaaa",
    "abababababababab",
    "a".repeat(257),
    "twelve chars\0",
  ])("may not be %j", (password) => {
    expect(newPassword.safeParse(password).success).toBe(false);
  });

  it.each(["twelve chars", "correct horse battery", "üñîçødé pässwörd", "b4".concat("x".repeat(200))])(
    "may be %j",
    (password) => {
      expect(newPassword.safeParse(password).success).toBe(true);
    },
  );

  it("may not be the person's own address or name", () => {
    const alice = { email: "alice.longname@example.com", name: "Alice Longname" };
    for (const password of ["Alice.Longname@example.com", "alice.longname", "alice longname"]) {
      expect(isAboutPerson(password, alice)).toBe(true);
    }
    expect(isAboutPerson("alice was here 1", alice)).toBe(false);
  });
});
