/**
 * The portal that the specs share, with a PostgreSQL of this run's own. With PORTAL_URL and DATABASE_URL set, a portal
 * that runs already is tested instead; LOG_FILES says where it and its database log, separated by commas.
 */
import { join } from "node:path";
import { startTemporaryPostgres } from "../bin/postgres.mjs";
import { startPortal } from "./portal";

export default async function globalSetup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.PORTAL_URL && process.env.DATABASE_URL) return undefined;
  const postgres = await startTemporaryPostgres();
  const portal = await startPortal(postgres.url);
  process.env.PORTAL_URL = portal.url;
  process.env.DATABASE_URL = postgres.url;
  process.env.SET_UP_LINK = portal.setUpLink;
  process.env.LOG_FILES = [portal.outputFile, join(postgres.dataDir, "postgres.log")].join(",");
  return async () => {
    await portal.stop();
    await postgres.stop();
  };
}
