import { PrismaPg } from "@prisma/adapter-pg";
import { env } from "./env";
import { PrismaClient } from "./prisma-client/client";

/**
 * The database client itself. Lint lets only the pieces that guard access import it (db, audit, session and the boot
 * checks); domain files go through `database(permit)` in db.ts.
 */
const holder = globalThis as typeof globalThis & { forgepassPrisma?: PrismaClient };

export function prisma(): PrismaClient {
  holder.forgepassPrisma ??= new PrismaClient({
    adapter: new PrismaPg({ connectionString: env().databaseUrl, max: 10 }),
    errorFormat: "minimal",
  });
  return holder.forgepassPrisma;
}

export async function closeDatabase(): Promise<void> {
  await holder.forgepassPrisma?.$disconnect();
  holder.forgepassPrisma = undefined;
}

export type Tx = Omit<PrismaClient, "$connect" | "$disconnect" | "$on" | "$transaction" | "$extends">;
