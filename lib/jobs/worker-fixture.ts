import pg from "pg";
import { env } from "../env";
import type { Job } from "./job";
import { startWorker } from "./worker";

/** A job that writes down where each run of it began and ended; one that hangs only begins. */
export function countedJob(where: string, hangs: boolean): Job {
  return {
    name: "counted.work",
    title: "Count",
    every: "0 0 * * *",
    timeoutSeconds: 30,
    run: async () => {
      await write(where, "began");
      if (hangs) await new Promise(() => {});
      await write(where, "ended");
      return "Counted.";
    },
  };
}

async function write(where: string, what: string): Promise<void> {
  const client = new pg.Client({ connectionString: env().databaseUrl });
  await client.connect();
  await client.query(`INSERT INTO "effect" ("where", what) VALUES ($1, $2)`, [where, what]);
  await client.end();
}

/** As a program: a worker as a process of its own, for a test that kills it in the middle of its job. */
export const asProgram = "--as-a-worker";
if (process.argv.includes(asProgram)) await startWorker({ jobs: [countedJob("killed", true)], lookEveryMs: 100 });
