/**
 * Runs the portal in this process: one at a time per data folder, with its own PostgreSQL unless DATABASE_URL is set, and
 * from a signal to the end in order: no new requests, the answers under way, the server, PostgreSQL.
 */
import { resolve } from "node:path";
import { tryLock } from "./lock-file.mjs";
import { startPostgres } from "./postgres.mjs";
import { Refusal } from "./refusal.mjs";

// What later releases of the AWS SDK will need is no news for who runs this one.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const say = (sentence) => console.log(sentence);

/** `serve` is called when the database is there, and resolves to {url, setUpLink, stop}. Does not return. */
export async function runPortal(serve) {
  let server;
  let postgres;
  let release;
  let isStopping = false;
  const stop = async (code) => {
    if (isStopping) return;
    isStopping = true;
    await server?.stop().catch((error) => console.error(error));
    await postgres?.stop();
    release?.();
    process.exit(code);
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
    process.on(signal, () => {
      if (!isStopping) say("Stopping.");
      void stop(0);
    });
  }
  try {
    const dataDir = resolve(process.env.DATA_DIR || "data");
    release = tryLock(`${dataDir}/portal.lock`);
    if (!release) {
      throw new Refusal(`The portal runs already with the data in ${dataDir}. Stop that first, or set DATA_DIR.`, 1);
    }
    if (!process.env.DATABASE_URL) {
      postgres = await startPostgres({ dataDir, onProgress: say });
      process.env.DATABASE_URL = postgres.url;
      void postgres.exited.then(() => {
        if (isStopping) return;
        console.error(`PostgreSQL stopped by itself; ${dataDir}/postgres.log says why.`);
        void stop(1);
      });
    }
    server = await serve(say);
    announce(server);
  } catch (error) {
    explain(error);
    await stop(exitCode(error));
  }
}

function announce({ url, setUpLink }) {
  say(`\nForgepass is ready at ${url}`);
  if (setUpLink) say(`\nMake the first admin here; the link works once:\n  ${setUpLink}\n`);
}

const expected = new Set(["Refusal", "ConfigurationError", "KeyringMismatch", "MigrationError"]);

/** Expected refusals are a sentence; anything else keeps its stack. */
export function explain(error) {
  console.error(expected.has(error?.name) ? `\n${error.message}` : error);
}

/** 78 is what sysexits calls a configuration error. */
export function exitCode(error) {
  if (error?.name === "Refusal") return error.exitCode;
  return expected.has(error?.name) ? 78 : 1;
}
