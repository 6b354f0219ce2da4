/**
 * Prisma's own schema engine as WebAssembly, instantiated by hand: no native engine is downloaded or run.
 * It applies migrations exactly as `prisma migrate deploy` does and compares two schema files offline.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { PrismaPg } from "@prisma/adapter-pg";
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";

const nothingExternal = { externalTables: [], externalEnums: [] };

/** The engine wants a connection even to compare two texts; this one answers nothing. */
const nowhere: SqlMigrationAwareDriverAdapterFactory = {
  provider: "postgres",
  adapterName: "@prisma/adapter-pg",
  connect: async () => silent,
  connectToShadowDb: async () => silent,
};
const refuse = async (): Promise<never> => {
  throw new Error("There is no database here.");
};
const silent: SqlDriverAdapter = {
  provider: "postgres",
  adapterName: "@prisma/adapter-pg",
  queryRaw: async () => ({ columnNames: [], columnTypes: [], rows: [] }),
  executeRaw: async () => 0,
  executeScript: refuse,
  startTransaction: refuse,
  getConnectionInfo: () => ({ schemaName: "public", supportsRelationJoins: true }),
  dispose: async () => {},
};

let instantiated: Promise<void> | undefined;

async function instantiate(): Promise<void> {
  const glue = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const module = await WebAssembly.compile(await readFile(glue.replace(/\.js$/, ".wasm")));
  const glued = Object.entries(bindings as unknown as Record<string, (...given: unknown[]) => unknown>);
  // The engine never clears its timeouts: one of ten seconds would keep a finished process from ending.
  const unheld = glued.map(([name, call]) => [
    name,
    name.startsWith("__wbg_setTimeout")
      ? (...given: unknown[]) => {
          const timer = call(...given);
          if (timer instanceof Object && "unref" in timer) (timer as NodeJS.Timeout).unref();
          return timer;
        }
      : call,
  ]);
  const imports = { "./schema_engine_bg.js": Object.fromEntries(unheld) };
  const { exports } = await WebAssembly.instantiate(module, imports);
  (bindings as unknown as { __wbg_set_wasm(exports: WebAssembly.Exports): void }).__wbg_set_wasm(exports);
  (exports.__wbindgen_start as () => void)();
}

async function withEngine<T>(
  factory: SqlMigrationAwareDriverAdapterFactory,
  use: (engine: bindings.SchemaEngine) => Promise<T>,
): Promise<T> {
  instantiated ??= instantiate();
  await instantiated;
  const adapter = bindMigrationAwareSqlAdapterFactory(factory);
  const engine = await bindings.SchemaEngine.new({ datamodels: undefined }, () => {}, adapter);
  try {
    return await use(engine);
  } finally {
    engine.free();
  }
}

/** A migration directory's name and its SQL. */
export interface Migration {
  name: string;
  sql: string;
}

/**
 * Applies those that `_prisma_migrations` does not have yet, in the order given; resolves to their names.
 * Each is one transaction together with its own mark as finished, so an unfinished one has left nothing behind.
 * A statement that fails rejects with PostgreSQL's own error.
 */
export async function runMigrations(url: string, migrations: Migration[]): Promise<string[]> {
  const factory = new WholeScripts({ connectionString: url, allowExitOnIdle: true });
  factory.scripts = new Set(migrations.map(({ sql }) => sql));
  try {
    return await withEngine(factory, async (engine) => {
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList: {
          baseDir: "prisma/migrations",
          lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"\n' },
          shadowDbInitScript: "",
          migrationDirectories: migrations.map(({ name, sql }) => ({
            path: name,
            migrationFile: { path: "migration.sql", content: { tag: "ok", value: sql } },
          })),
        },
        filters: nothingExternal,
      });
      return appliedMigrationNames;
    });
  } catch (error) {
    throw factory.failure ?? error;
  } finally {
    await Promise.all(factory.connections.map((connection) => connection.dispose()));
  }
}

/** Prisma's own adapter cuts a script at every semicolon, function bodies included, and runs the pieces one by one. */
class WholeScripts extends PrismaPg {
  scripts: ReadonlySet<string> = new Set();
  failure: unknown;
  /** The engine leaves them open. */
  readonly connections: { dispose(): Promise<void> }[] = [];

  override async connect() {
    const adapter = await super.connect();
    this.connections.push(adapter);
    adapter.executeScript = async (script) => {
      const whole = this.scripts.has(script) ? `${script}\n;${markFinished}` : script;
      await adapter
        .underlyingDriver()
        .query(whole)
        .catch((error: unknown) => {
          this.failure = error;
          throw error;
        });
    };
    return adapter;
  }
}

const markFinished = `UPDATE "_prisma_migrations" SET "finished_at" = now(), "applied_steps_count" = 1
WHERE "finished_at" IS NULL AND "rolled_back_at" IS NULL`;

/** SQL that leads from one Prisma schema's text (null: an empty database) to another's. Offline. */
export async function diffSchemas(from: string | null, to: string): Promise<string> {
  const datamodel = (content: string) => ({
    tag: "schemaDatamodel" as const,
    files: [{ path: "schema.prisma", content }],
  });
  return withEngine(nowhere, async (engine) => {
    const { stdout } = await engine.diff({
      from: from === null ? { tag: "empty" } : datamodel(from),
      to: datamodel(to),
      script: true,
      exitCode: null,
      filters: nothingExternal,
    });
    return stdout ?? "";
  });
}
