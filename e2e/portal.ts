/**
 * Starts the portal as it is shipped: the production build on a free port, with a keyring and a data folder of its own.
 * Code hosts on this machine are allowed, for the simulators. What it prints goes to a file, for whoever looks for
 * secrets there.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../bin/root.mjs";

export interface Portal {
  url: string;
  /** As printed; empty when the database has an admin. */
  setUpLink: string;
  dataDir: string;
  /** What it printed, both streams. */
  outputFile: string;
  output(): string;
  stop(): Promise<void>;
}

export interface Refused {
  exitCode: number | null;
  output: string;
}

type Settings = Record<string, string>;

/** Starts it and waits until it is ready; throws what it printed when it does not get there. */
export async function startPortal(databaseUrl: string, settings: Settings = {}): Promise<Portal> {
  const dataDir = settings.DATA_DIR ?? (await mkdtemp(join(tmpdir(), "forgepass-e2e-")));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const outputFile = join(dataDir, "output.log");
  const output = () => readFileSync(outputFile, "utf8");
  const portal = launch(outputFile, {
    PORT: String(port),
    AUTH_URL: url,
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    KEYRING_FILE: "",
    FORGEPASS_ALLOWED_NETWORKS: "127.0.0.0/8",
    ...settings,
  });
  const ended = new Promise((done) => portal.once("close", done));
  try {
    await untilReady(url, portal, output);
  } catch (error) {
    portal.kill("SIGKILL");
    throw error;
  }
  return {
    url,
    setUpLink: /\S+\/setup\?token=\S+/.exec(output())?.[0] ?? "",
    dataDir,
    outputFile,
    output,
    stop: async () => {
      portal.kill("SIGTERM");
      await ended;
      if (!settings.DATA_DIR) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Starts one that is to refuse, and waits for its end. */
export async function expectRefusal(databaseUrl: string, settings: Settings): Promise<Refused> {
  const dataDir = await mkdtemp(join(tmpdir(), "forgepass-e2e-"));
  const outputFile = join(dataDir, "output.log");
  const port = String(await freePort());
  const portal = launch(outputFile, { PORT: port, DATABASE_URL: databaseUrl, DATA_DIR: dataDir, ...settings });
  const late = setTimeout(() => portal.kill("SIGKILL"), 30_000);
  const exitCode = await new Promise<number | null>((done) => portal.once("close", done));
  clearTimeout(late);
  const output = readFileSync(outputFile, "utf8");
  await rm(dataDir, { recursive: true, force: true });
  return { exitCode, output };
}

function launch(outputFile: string, settings: Settings): ChildProcess {
  const file = openSync(outputFile, "a", 0o600);
  const portal = spawn(process.execPath, [join(root, "bin/portal.mjs")], {
    env: { ...process.env, ...settings },
    stdio: ["ignore", file, file],
  });
  closeSync(file);
  return portal;
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
  throw new Error(`The portal did not start:\n${output()}`);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}
