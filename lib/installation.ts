import { keyring } from "./keyring";
import { prisma } from "./prisma";
import { open, SealError, seal } from "./seal";
import { Secret } from "./secret";

/**
 * What makes this database this installation: its id, and the proof that the keyring at hand is the one its tokens were
 * sealed with. Nothing is written when a key that the database knows is missing.
 */
export async function installationId(): Promise<string> {
  holder.forgepassInstallationId ??= await load();
  return holder.forgepassInstallationId;
}

const holder = globalThis as typeof globalThis & { forgepassInstallationId?: string };

async function load(): Promise<string> {
  const row = await prisma().installation.upsert({ where: { id: 1 }, create: {}, update: {} });
  return row.installationId;
}

export class KeyringMismatch extends Error {
  constructor(readonly kids: string[]) {
    super(
      `KEYRING_FILE: the database was sealed with key ${kids.join(", ")}, which the keyring does not hold; restore that keyring from your backup`,
    );
    this.name = "KeyringMismatch";
  }
}

/** At boot: every key that the database was sealed with must be in the keyring and open its check. Throws KeyringMismatch. */
export async function checkKeys(): Promise<void> {
  const { keys, primary } = keyring();
  const known = await prisma().keyCheck.findMany({ orderBy: { createdAt: "asc" } });
  const needed = new Set([...known, ...(await usedKeys())].map(({ kid }) => kid));
  const missing = [...needed].filter((kid) => !keys.has(kid));
  if (missing.length > 0) throw new KeyringMismatch(missing);
  for (const check of known) {
    await open(check.sealed, checkContext(await installationId(), check.kid)).catch((error: unknown) => {
      if (error instanceof SealError) throw new KeyringMismatch([check.kid]);
      throw error;
    });
  }
  if (!known.some(({ kid }) => kid === primary.kid)) {
    const { sealed, kid } = await seal(new Secret("key check"), checkContext(await installationId(), primary.kid));
    await prisma().keyCheck.createMany({ data: { kid, sealed }, skipDuplicates: true });
  }
}

/** Of everything that is sealed. */
async function usedKeys(): Promise<{ kid: string }[]> {
  return await prisma().$queryRaw`
    SELECT kid FROM "Credential" UNION SELECT kid FROM "SshKey" UNION SELECT kid FROM "Webhook"
    UNION SELECT kid FROM "MailSettings" WHERE "sealedPassword" IS NOT NULL
    UNION SELECT kid FROM "Revocation" WHERE sealed IS NOT NULL
    UNION SELECT kid FROM "Rotation" WHERE kid IS NOT NULL AND (sealed IS NOT NULL OR "oldSealed" IS NOT NULL)`;
}

function checkContext(installation: string, kid: string) {
  return {
    installationId: installation,
    table: "KeyCheck",
    rowId: kid,
    field: "sealed",
    host: "",
    version: 1,
  } as const;
}
