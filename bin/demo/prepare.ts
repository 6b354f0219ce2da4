/**
 * Everything that the demo has before its server starts: an empty database, simulated code hosts that forget all when
 * the process ends, people, and a credential in every state. Whatever the portal can do itself goes through its own
 * functions, so the audit log tells it too.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { ensureBuiltInConsumers } from "../../lib/consumers/ensure-built-in-consumers";
import { env } from "../../lib/env";
import { ensureKeyring } from "../../lib/first-keyring";
import { checkKeys } from "../../lib/installation";
import { migrate } from "../../lib/migrate";
import { storeEveryState } from "./credentials";
import { writeGuide } from "./guide";
import { addDemoHosts, startHosts } from "./hosts";
import { storeOverTime } from "./over-time";
import { addPeople } from "./people";
import { mintSamples } from "./samples";

/** `guide` is what to print: sign-ins, code hosts and tokens to paste. */
export async function prepareDemo(
  directory: string,
  say: (sentence: string) => void,
): Promise<{ guide: string; stop(): Promise<void> }> {
  say("Preparing people, code hosts and credentials. What was done in an earlier demo is gone.");
  const { databaseUrl, keyringFile } = env();
  await empty(databaseUrl);
  await rm(keyringFile, { force: true });
  await migrate(databaseUrl, join(directory, "prisma/migrations"));
  await ensureKeyring(() => {});
  await checkKeys();
  await ensureBuiltInConsumers();
  const simulated = await startHosts();
  const people = await addPeople();
  const hosts = await addDemoHosts(simulated, people.admin);
  await storeEveryState(hosts, people);
  await storeOverTime(hosts, people);
  const guide = writeGuide(people.signIns, mintSamples(hosts));
  return { guide, stop: async () => void (await Promise.all(Object.values(simulated).map((host) => host.close()))) };
}

async function empty(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS pgboss CASCADE");
  } finally {
    await client.end();
  }
}
