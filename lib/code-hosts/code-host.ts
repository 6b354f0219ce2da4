import { z } from "zod";
import { line } from "../input";
import type { CodeHost, Prisma } from "../prisma-client/client";
import type { Failure } from "../result";
import { type HostKeysState, hostKeysState } from "./host-keys-known";

/**
 * A code host as it is shown, and as it is typed. Input is strict: unknown fields, other types than text, and NUL are
 * refused before anything is looked at.
 */
export interface CodeHostSummary {
  id: string;
  kind: string;
  name: string;
  baseUrl: string;
  /** PEM; public by nature. */
  caCertificate: string | null;
  gitOverSsh: boolean;
  /** user@host:port of its SSH server, when an admin said so; null: what follows from the address. */
  sshAddress: string | null;
  createdAt: Date;
  credentialCount: number;
  /** Null: git does not run over SSH. */
  hostKeys: HostKeysState | null;
}

/** Whose credentials a change affects: asked about first, and told. */
export interface AffectedCredentials {
  count: number;
  /** The first ten: "Alice (alice@example.com)", or "this site" for the global one. */
  owners: string[];
}

export interface NeedsConfirmation extends Failure {
  code: "needs-confirmation";
  affected: AffectedCredentials;
}

export type CodeHostFailure = Failure | NeedsConfirmation;

export const certificateField = z
  .string({ error: "Enter text." })
  .max(200_000, "This is too long for a certificate.")
  .refine((text) => !text.includes("\0"), "Paste the certificate as text.")
  .nullable();

export const id = z.uuid("This is not a code host.");

export const codeHostFields = z.strictObject({
  kind: z.string({ error: "Choose a kind." }).max(40),
  name: line(100, "Enter a name."),
  baseUrl: z
    .string({ error: "Enter the address." })
    .max(500, "This address is too long.")
    .trim()
    .min(1, "Enter the address, such as https://git.example.com."),
  caCertificate: certificateField,
  gitOverSsh: z.boolean({ error: "Reload the page and try again." }),
  /** Empty: what follows from the address. */
  sshAddress: z.string({ error: "Enter text." }).max(400, "This address is too long.").default(""),
});

export type CodeHostFields = z.input<typeof codeHostFields>;

/** For a page of them at once: no row costs a query of its own. */
export const withCount = {
  _count: { select: { credentials: true } },
  hostKeys: { select: { address: true } },
} satisfies Prisma.CodeHostInclude;

export function summarise(
  row: CodeHost & { _count: { credentials: number }; hostKeys: readonly { address: string }[] },
): CodeHostSummary {
  const { id, kind, name, baseUrl, caCertificate, gitOverSsh, sshAddress, createdAt, _count } = row;
  const credentialCount = _count.credentials;
  const hostKeys = gitOverSsh ? hostKeysState(row, row.hostKeys) : null;
  return { id, kind, name, baseUrl, caCertificate, gitOverSsh, sshAddress, createdAt, credentialCount, hostKeys };
}
