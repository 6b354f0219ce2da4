import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigurationError, env } from "./env";
import { createKeyring } from "./keyring";
import { prisma } from "./prisma";

/**
 * Makes the keyring of a new installation. Never for a database that was sealed with another one: a fresh keyring there
 * would hide that the right one is missing.
 */
export async function ensureKeyring(say: (sentence: string) => void): Promise<void> {
  const { keyringFile } = env();
  if (existsSync(keyringFile)) return;
  const known = await prisma().keyCheck.findMany({ select: { kid: true } });
  if (known.length > 0) {
    const kids = known.map(({ kid }) => kid).join(", ");
    throw new ConfigurationError(
      "KEYRING_FILE",
      `${keyringFile} is missing, and the database was sealed with key ${kids}; restore it from your backup`,
    );
  }
  mkdirSync(dirname(keyringFile), { recursive: true, mode: 0o700 });
  createKeyring(keyringFile);
  say(`Made a keyring in ${keyringFile}. Back it up apart from the database: without it no token can be opened.`);
}
