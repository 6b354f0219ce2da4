/**
 * Starts the portal as it is shipped: the production build on a free port, with a keyring and a data folder of its own.
 * Code hosts on this machine are allowed, for the simulators.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../bin/root.mjs";

export interface Portal {
  url: string;
  /** As printed; empty when the database has an admin. */
  setUpLink: string;
  stop(): Promise<void>;
}

export async function startPortal(databaseUrl: string): Promise<Portal> {
  const dataDir = await mkdtemp(join(tmpdir(), "forgepass-e2e-"));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const portal = spawn(process.execPath, [join(root, "bin/portal.mjs")], {
    env: {
      ...process.env,
      PORT: String(port),
      AUTH_URL: url,
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDir,
      KEYRING_FILE: "",
      FORGEPASS_ALLOWED_NETWORKS: "127.0.0.0/8",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = collect(portal);
  await untilReady(url, portal, output);
  return {
    url,
    setUpLink: /\S+\/setup\?token=\S+/.exec(output())?.[0] ?? "",
    async stop() {
      const ended = new Promise((done) => portal.once("close", done));
      portal.kill("SIGTERM");
      await ended;
      await rm(dataDir, { recursive: true, force: true });
    },
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
