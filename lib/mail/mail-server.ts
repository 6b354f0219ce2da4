import { record } from "../audit";
import { database, type Permit } from "../db";
import { installationId } from "../installation";
import type { MailSettings } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import { open, type SealContext, SealError, seal } from "../seal";
import { Secret } from "../secret";
import type { MailServer, Security } from "./smtp";

/**
 * The mail server with its password, sealed for exactly this server, port, encryption and version. A seal that does not
 * fit is audited, and nothing is sent anywhere.
 */
type Bound = Pick<MailSettings, "host" | "port" | "security" | "version">;

export async function sealPassword(
  password: string,
  bound: Bound,
): Promise<Pick<MailSettings, "sealedPassword" | "kid" | "version">> {
  const { sealed, kid } = await seal(new Secret(password), await context(bound));
  return { sealedPassword: sealed, kid, version: bound.version };
}

/** Null: mail is not set up. */
export async function openMailServer(
  permit: Permit<"site.manage">,
): Promise<Result<{ server: MailServer; fromAddress: string } | null>> {
  const row = await database(permit).mailSettings.findUnique({ where: { id: 1 } });
  if (!row) return ok(null);
  const { host, port, username, sealedPassword, fromAddress } = row;
  try {
    const password = sealedPassword === null ? null : await open(sealedPassword, await context(row));
    return ok({ server: { host, port, security: row.security as Security, username, password }, fromAddress });
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    const target = { type: "mail", label: `${host}:${port}` };
    const details = { reason: error.reason };
    await record({ actor: permit.actor, action: "mail.open", target, outcome: "failed", details });
    return fail(
      "integrity",
      error.reason === "missing-key"
        ? "The key that sealed the mail password is not in the keyring. Restore the keyring, or enter the password again."
        : "The stored mail password does not fit its place: the database was changed from outside. Enter it again.",
    );
  }
}

async function context({ host, port, security, version }: Bound): Promise<SealContext> {
  return {
    installationId: await installationId(),
    table: "MailSettings",
    rowId: "1",
    field: "password",
    host: `${security}://${host}:${port}`,
    version,
  };
}
