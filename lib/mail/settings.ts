import { z } from "zod";
import type { Actor } from "../authz";
import { authorise, change, database } from "../db";
import { env } from "../env";
import { guardAddresses } from "../hosts/address-guard";
import { email, line, parse } from "../input";
import type { Tx } from "../prisma";
import type { MailSettings } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import { sealPassword } from "./mail-server";
import type { Security } from "./smtp";

/**
 * How mail is sent: one row, for site admins. The password is write-only. Who changes the server, the port, the
 * encryption or the user name enters it again, so that it never goes anywhere else than where it was entered for.
 */
export interface MailSettingsView {
  host: string;
  port: number;
  security: Security;
  username: string;
  hasPassword: boolean;
  fromAddress: string;
}

const NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

const settings = z.strictObject({
  host: line(253, "Enter the mail server's name.")
    .transform((host) => host.toLowerCase().replace(/^\[|\]$/g, ""))
    .refine((host) => NAME.test(host) || z.ipv6().safeParse(host).success, {
      error: "Enter a name without a path or a port, such as smtp.example.com.",
    }),
  port: z
    .string({ error: "Enter the port." })
    .trim()
    .regex(/^\d{1,5}$/, "Enter a port, usually 465 or 587.")
    .transform(Number)
    .refine((port) => port >= 1 && port <= 65_535, "Enter a port from 1 to 65535."),
  security: z.enum(["tls", "starttls", "none"], "Choose how the connection is encrypted."),
  username: z
    .string({ error: "Enter text." })
    .trim()
    .max(320, "Use at most 320 characters.")
    .refine((text) => !/\p{Cc}/u.test(text), "Use one line of plain text."),
  password: z
    .string({ error: "Enter text." })
    .max(1000, "Use at most 1000 characters.")
    .refine((text) => !/\p{Cc}/u.test(text), "A password holds no line breaks."),
  fromAddress: email,
});

/** Null: none yet. */
export async function readMailSettings(actor: Actor): Promise<Result<MailSettingsView | null>> {
  const permit = await authorise(actor, "site.manage", null, { type: "mail" });
  if (!permit.ok) return permit;
  const row = await database(permit.value).mailSettings.findUnique({ where: { id: 1 } });
  return ok(row && view(row));
}

export async function saveMailSettings(actor: Actor, input: unknown): Promise<Result<MailSettingsView>> {
  const permit = await authorise(actor, "site.manage", null, { type: "mail" });
  if (!permit.ok) return permit;
  const parsed = parse(settings, input);
  if (!parsed.ok) return parsed;
  const { host, username, password } = parsed.value;
  const blocked = guardAddresses(env().allowedNetworks).judgeLiteral(host);
  if (blocked) return wrong("host", blocked.message);
  if (username === "" && password !== "") return wrong("username", "Enter the user name that this password is for.");
  return await change<Result<MailSettingsView>>(permit.value, async (tx) => {
    const before = await lockSettings(tx);
    const mayKeep = before?.sealedPassword != null && isSameLogin(before, parsed.value);
    if (username !== "" && password === "" && !mayKeep) {
      const sentence = before?.sealedPassword ? ENTER_AGAIN : "Enter the password.";
      return { value: wrong("password", sentence), audit: null };
    }
    const row = await write(tx, before, parsed.value);
    const { port, security, fromAddress } = row;
    const details = { host, port, security, username, fromAddress, passwordEntered: password !== "" };
    return { value: ok(view(row)), audit: { action: "mail.save", target: targetOf(row), outcome: "ok", details } };
  });
}

const ENTER_AGAIN =
  "Enter the password again. It is kept for one server, port, encryption and user name, and goes nowhere else.";

export async function removeMailSettings(actor: Actor): Promise<Result<null>> {
  const permit = await authorise(actor, "site.manage", null, { type: "mail" });
  if (!permit.ok) return permit;
  return await change<Result<null>>(permit.value, async (tx) => {
    const before = await lockSettings(tx);
    if (!before) return { value: fail("not-found", "There are no mail settings. Reload the page."), audit: null };
    await tx.mailSettings.delete({ where: { id: 1 } });
    return { value: ok(null), audit: { action: "mail.remove", target: targetOf(before), outcome: "ok" } };
  });
}

/** There may be no row to lock yet. */
async function lockSettings(tx: Tx): Promise<MailSettings | null> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('MailSettings'))`;
  return await tx.mailSettings.findUnique({ where: { id: 1 } });
}

type Login = Pick<MailSettings, "host" | "port" | "security" | "username">;

function isSameLogin(a: Login, b: Login): boolean {
  return a.host === b.host && a.port === b.port && a.security === b.security && a.username === b.username;
}

async function write(tx: Tx, before: MailSettings | null, given: z.infer<typeof settings>): Promise<MailSettings> {
  const { password, ...plain } = given;
  const version = (before?.version ?? 0) + 1;
  const sealed = password === "" ? null : await sealPassword(password, { ...plain, version });
  const kept = plain.username === "" ? { sealedPassword: null, kid: null } : {};
  const data = { ...plain, ...(sealed ?? kept), troubles: 0, trouble: null, retryAt: null };
  return await tx.mailSettings.upsert({ where: { id: 1 }, create: { ...data, id: 1 }, update: data });
}

function targetOf({ host, port }: { host: string; port: number }) {
  return { type: "mail", label: `${host}:${port}` };
}

function view({ host, port, security, username, sealedPassword, fromAddress }: MailSettings): MailSettingsView {
  return { host, port, security: security as Security, username, hasPassword: sealedPassword !== null, fromAddress };
}

function wrong(field: string, sentence: string) {
  return fail("invalid-input", "Look at the marked fields.", { [field]: sentence });
}
