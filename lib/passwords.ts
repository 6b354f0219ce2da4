import { hash, verify } from "@node-rs/argon2";
import { z } from "zod";
import { commonPasswords } from "./common-passwords";

/**
 * Passwords: argon2id with the parameters that OWASP's Password Storage Cheat Sheet names, twelve characters at least,
 * none of the commonest, no rules of composition. Checking against nobody's password costs the same as against somebody's.
 */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** An argon2id hash of 32 random bytes that were thrown away. */
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$NLcbylxZZ1jWYVDZz0IJjg$F1SWloKXY0d2mlkxGB2q9YwOq1S4JpVgRSRO0W0LE9M";

/** A password as typed, to be checked. Its length is capped so that hashing it stays cheap. */
export const typedPassword = z
  .string({ error: "Enter your password." })
  .min(1, "Enter your password.")
  .max(256, "This is too long.");

/** A password to be. */
export const newPassword = z
  .string({ error: "Enter a password." })
  .min(12, "Use at least 12 characters.")
  .max(256, "Use at most 256 characters.")
  .refine((password) => !password.includes("\0"), "Use characters that can be typed.")
  .refine(
    (password) => !commonPasswords.has(password.toLowerCase()) && new Set(password.toLowerCase()).size > 2,
    "Choose another one: this is among the first that attackers try.",
  );

/** Is it, or does it only dress up, the person's own address or name? */
export function isAboutPerson(password: string, person: { email: string; name: string }): boolean {
  const plain = password.toLowerCase().trim();
  return plain === person.email || plain === person.email.split("@")[0] || plain === person.name.toLowerCase();
}

export const aboutPerson = "Choose one that is not your name or e-mail address.";

export async function hashPassword(password: string): Promise<string> {
  return await hash(password.normalize("NFKC"), cost);
}

/** Null for a user that does not exist: the same work is done, and the answer is no. */
export async function isPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const matches = await verify(passwordHash ?? nobody, password.normalize("NFKC"));
  return matches && passwordHash !== null;
}
