/**
 * The operator's commands. They work on the database and keyring that the settings name, past the web server, and are in
 * the audit log like everything else. Passwords are read from standard input or made here; never from the command line,
 * which other accounts on the machine can read.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { z } from "zod";
import { verifyChain } from "../lib/audit";
import { env } from "../lib/env";
import { ensureKeyring } from "../lib/first-keyring";
import { checkKeys } from "../lib/installation";
import { addKey } from "../lib/keyring";
import { migrate } from "../lib/migrate";
import { closeDatabase } from "../lib/prisma";
import { createAdmin } from "../lib/set-up";

interface Command {
  usage: string;
  does: string;
  /** Resolves to the exit code. */
  run(args: string[]): Promise<number>;
}

/** What the command line got wrong; the usage is printed with it. */
class UsageError extends Error {}

const commands: Record<string, Command> = {
  "create-admin": {
    usage: "create-admin --email EMAIL --name NAME [--password-stdin]",
    does: "Makes a site admin. Without --password-stdin a password is made and printed once.",
    run: runCreateAdmin,
  },
  "audit verify": {
    usage: "audit verify [--head FILE]",
    does: "Checks the audit log against its keys and prints its head. With the head printed earlier, a cut-off end is found too.",
    run: runAuditVerify,
  },
  "keyring add-key": {
    usage: "keyring add-key",
    does: "Adds a key to the keyring and seals with it from the next start on. Older keys stay, to open what they sealed.",
    run: runAddKey,
  },
};

/** @param args after the program's name; resolves to the exit code: 0, 1 for no, 2 for a wrong command line. */
export async function main(args: string[]): Promise<number> {
  const name = Object.keys(commands).find((candidate) => `${args.join(" ")} `.startsWith(`${candidate} `));
  const command = name === undefined ? undefined : commands[name];
  if (!name || !command) {
    console.error(
      Object.values(commands)
        .map(({ usage, does }) => `npm run admin -- ${usage}\n    ${does}`)
        .join("\n"),
    );
    return 2;
  }
  try {
    return await command.run(args.slice(name.split(" ").length));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\nnpm run admin -- ${command.usage}`);
    return 2;
  } finally {
    await closeDatabase();
  }
}

/** As the server does at its start, so that commands work before the first one. */
async function prepare(): Promise<void> {
  await migrate(env().databaseUrl);
  await ensureKeyring(console.error);
  await checkKeys();
}

async function runCreateAdmin(args: string[]): Promise<number> {
  const {
    email,
    name,
    "password-stdin": isGiven,
  } = parse(args, {
    email: { type: "string" },
    name: { type: "string" },
    "password-stdin": { type: "boolean" },
  });
  if (!email || !name) throw new UsageError("Give the e-mail address and the name.");
  const password = isGiven ? (await text(process.stdin)).replace(/\r?\n$/, "") : randomBytes(18).toString("base64url");
  await prepare();
  const created = await createAdmin({ email, name, password });
  if (!created.ok) {
    console.error([created.error.message, ...Object.values(created.error.fields ?? {})].join(" "));
    return 1;
  }
  console.log(`${created.value.email} is a site admin now and signs in at ${env().publicUrl}/sign-in`);
  if (!isGiven) console.log(`Password: ${password}\nIt is not shown again; change it after signing in.`);
  return 0;
}

async function runAddKey(args: string[]): Promise<number> {
  parse(args, {});
  const { keyringFile } = env();
  const kid = addKey(keyringFile);
  console.log(`Key ${kid} is in ${keyringFile}. Back the file up, give it to every instance, and restart them.`);
  return 0;
}

const noted = z.object({ seq: z.string().regex(/^\d+$/), mac: z.string() });

async function runAuditVerify(args: string[]): Promise<number> {
  const { head: file } = parse(args, { head: { type: "string" } });
  const head = file ? readHead(file) : null;
  await prepare();
  const report = await verifyChain(head);
  if (!report.ok) {
    console.error(`The audit log was tampered with: entry ${report.seq} ${report.problem}.`);
    return 1;
  }
  console.error(`All ${report.entries} entries are as they were written. Keep this head outside the database:`);
  console.log(JSON.stringify(report.head));
  return 0;
}

function readHead(file: string): z.infer<typeof noted> {
  try {
    return noted.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new UsageError(`${file} does not hold a head as this command prints it.`);
  }
}

function parse<T extends NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>>(
  args: string[],
  options: T,
) {
  try {
    return parseArgs({ args, options, strict: true }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : "The command line is not understood.");
  }
}
