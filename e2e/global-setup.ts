/**
 * The portal as it is shipped: the production build, a PostgreSQL, a keyring and a data folder of this run's own. Code
 * hosts on this machine are allowed, for the simulators. With PORTAL_URL and DATABASE_URL set, a portal that runs
 * already is tested instead.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTemporaryPostgres } from "../bin/postgres.mjs";
import { root } from "../bin/root.mjs";

export default async function globalSetup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.PORTAL_URL && process.env.DATABASE_URL) return undefined;
  const postgres = await startTemporaryPostgres();
  const dataDir = await mkdtemp(join(tmpdir(), "forgepass-e2e-"));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const portal = spawn(process.execPath, [join(root, "bin/portal.mjs")], {
    env: {
      ...process.env,
      PORT: String(port),
      AUTH_URL: url,
      DATABASE_URL: postgres.url,
      DATA_DIR: dataDir,
      KEYRING_FILE: "",
      FORGEPASS_ALLOWED_NETWORKS: "127.0.0.0/8",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = collect(portal);
  await untilReady(url, portal, output);
  process.env.PORTAL_URL = url;
  process.env.DATABASE_URL = postgres.url;
  process.env.SET_UP_LINK = /\S+\/setup\?token=\S+/.exec(output())?.[0] ?? "";
  return async () => {
    const ended = new Promise((done) => portal.once("close", done));
    portal.kill("SIGTERM");
    await ended;
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

function collect(portal: ChildProcess): () => string {
  let text = "";
  for (const stream of [portal.stdout, portal.stderr]) {
    stream?.on("data", (chunk) => {
      text += chunk;
    });
  }
  return () => text;
}

async function untilReady(url: string, portal: ChildProcess, output: () => string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (portal.exitCode !== null) break;
    const isReady = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady && output().includes("is ready at")) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  portal.kill("SIGKILL");
  throw new Error(`The portal did not start:\n${output()}`);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}
