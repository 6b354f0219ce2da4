import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { env } from "../env";

/**
 * What a code host answered to a rotation, written to a file before it is written to the database: when that dies at
 * this very moment, nothing is lost. The place is taken and made sure of before the host is asked. Only sealed text is in
 * it, and only the portal's own account can read it.
 */
export interface Journal {
  /** On disk when it resolves. */
  write(entry: JournalEntry): Promise<void>;
  /** After the commit, or when there is nothing to keep. */
  drop(): Promise<void>;
  /** Leaves what was written for the next process. */
  close(): Promise<void>;
}

const entryShape = z.strictObject({
  rotationId: z.uuid(),
  sealed: z.string(),
  sealedFields: z.string().nullable(),
  kid: z.string(),
  successor: z.record(z.string(), z.unknown()),
  answeredAt: z.iso.datetime(),
});

export type JournalEntry = z.infer<typeof entryShape>;

/** More than any answer: a token, a session token and their seals. */
const RESERVED_BYTES = 64 * 1024;

function folder(): string {
  return join(env().dataDir, "rotations");
}

function pathOf(rotationId: string): string {
  return join(folder(), `${rotationId}.json`);
}

/** Throws when the data folder cannot be written: then nothing is asked of the host. */
export async function reserveJournal(rotationId: string): Promise<Journal> {
  await mkdir(folder(), { recursive: true, mode: 0o700 });
  const path = pathOf(rotationId);
  const file = await open(path, "wx", 0o600);
  try {
    await file.write(" ".repeat(RESERVED_BYTES), 0);
    await file.sync();
    await syncFolder();
  } catch (error) {
    await file.close();
    await rm(path, { force: true });
    throw error;
  }
  return {
    async write(entry) {
      await file.write(JSON.stringify(entry), 0);
      await file.sync();
    },
    async drop() {
      await file.close();
      await rm(path, { force: true });
    },
    close: () => file.close(),
  };
}

async function syncFolder(): Promise<void> {
  const handle = await open(folder(), "r");
  await handle.sync().finally(() => handle.close());
}

/** What is there: an entry, or null where the host had not answered yet, or the file is not whole. */
export async function readJournals(): Promise<{ rotationId: string; entry: JournalEntry | null }[]> {
  const names = await readdir(folder()).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const ids = names.flatMap((name) => z.uuid().safeParse(name.replace(/\.json$/, "")).data ?? []);
  return await Promise.all(ids.map(async (rotationId) => ({ rotationId, entry: await readEntry(rotationId) })));
}

async function readEntry(rotationId: string): Promise<JournalEntry | null> {
  const text = await readFile(pathOf(rotationId), "utf8").catch(() => "");
  try {
    return entryShape.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export async function dropJournal(rotationId: string): Promise<void> {
  await rm(pathOf(rotationId), { force: true });
}
