/**
 * Vitest's global setup: one real PostgreSQL for the run, with one migrated database that tests copy.
 */
import type { TestProject } from "vitest/node";
import { startTemporaryPostgres } from "../../bin/postgres.mjs";
import { migrate } from "../migrate";

declare module "vitest" {
  export interface ProvidedContext {
    postgres: { url: string; adminUrl: string };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startTemporaryPostgres();
  await migrate(postgres.url);
  project.provide("postgres", { url: postgres.url, adminUrl: postgres.adminUrl });
  return () => postgres.stop();
}
