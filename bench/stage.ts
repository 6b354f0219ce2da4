import { randomUUID } from "node:crypto";
import pg from "pg";
import { succeed } from "../bin/demo/succeed";
import type { Actor, Owner } from "../lib/authz";
import { addCodeHost } from "../lib/code-hosts/add-code-host";
import { listCodeHosts } from "../lib/code-hosts/list-code-hosts";
import { removeCodeHost } from "../lib/code-hosts/remove-code-host";
import { storeCredential } from "../lib/credentials/store";
import { env } from "../lib/env";
import { mintToken } from "../lib/hosts/simulators/github-tokens";
import { Secret } from "../lib/secret";
import { createAdmin } from "../lib/set-up";
import { signIn } from "../lib/sign-in";

/**
 * Who and what is measured: one person, signed in, with a working credential on each of the code hosts. The first is
 * made by the portal's own functions; that it was checked, and its copies, are written by hand, because nothing answers at
 * those addresses.
 */
export interface Stage {
  actor: Extract<Actor, { type: "user" }>;
  owner: Owner;
  /** name=value of the session. */
  cookie: string;
}

const person = { name: "Bench", email: "bench@example.com", password: "for-the-bench-only" };

export async function setStage(): Promise<Stage> {
  const { id } = await succeed(createAdmin(person));
  const { email, name, password } = person;
  const { token } = await succeed(signIn({ type: "anonymous", ip: "127.0.0.1" }, { email, password }, "bench"));
  const sessionId = randomUUID();
  const actor = { type: "user", id, email, name, role: "ADMIN", teams: [], sessionId, ip: "127.0.0.1" } as const;
  for (const { id } of (await succeed(listCodeHosts(actor))).codeHosts) await succeed(removeCodeHost(actor, { id }));
  return { actor, owner: { type: "user", id }, cookie: `forgepass-session=${token}` };
}

/** A code host with a credential, like all that are copied from it. */
export async function addFirstHost({ actor, owner }: Stage): Promise<void> {
  const fields = {
    name: "Code host 0001",
    baseUrl: "https://git-1.example.com",
    caCertificate: null,
    gitOverSsh: false,
  };
  const { id } = await succeed(addCodeHost(actor, { kind: "github", ...fields }));
  const token = new Secret(mintToken("classic"));
  const input = {
    owner,
    codeHostId: id,
    credentialId: null,
    type: null,
    fields: {},
    token,
    repository: null,
    confirm: ["unchecked"] as const,
  };
  await succeed(storeCredential(actor, input));
  await query(`
    UPDATE "Credential" SET outcome = 'valid', "checkedAt" = now(), "validAt" = now(), "accountId" = '1000',
      "accountLogin" = 'alice', "expiryKnown" = true, "expiresAt" = now() + interval '60 days', "scopesKnown" = true,
      scopes = ARRAY['repo', 'read:org', 'user:email', 'read:discussion', 'workflow']`);
}

/** Up to `count` code hosts, each with a credential. The list never opens a seal, so a copy of one does. */
export async function copyHosts(count: number): Promise<void> {
  await query(`
    WITH numbers AS (
      SELECT number FROM generate_series((SELECT count(*) + 1 FROM "CodeHost"), ${count}) AS number
    ), hosts AS (
      INSERT INTO "CodeHost" (kind, name, "baseUrl", "updatedAt")
      SELECT 'github', 'Code host ' || lpad(number::text, 4, '0'), 'https://git-' || number || '.example.com', now()
      FROM numbers RETURNING id, "baseUrl"
    ), model AS (SELECT * FROM "Credential" ORDER BY "createdAt" LIMIT 1)
    INSERT INTO "Credential" (id, "codeHostId", "ownerId", type, sealed, kid, "sealedFor", prefix, "lastFour", "accountId",
      "accountLogin", scopes, "scopesKnown", "expiresAt", "expiryKnown", outcome, notes, "checkedAt", "validAt", "updatedAt")
    SELECT gen_random_uuid(), hosts.id, "ownerId", type, sealed, kid, hosts."baseUrl", prefix, "lastFour", "accountId",
      "accountLogin", scopes, "scopesKnown", "expiresAt", "expiryKnown", outcome, notes, "checkedAt", "validAt", now()
    FROM hosts, model`);
  await query("ANALYZE");
}

async function query(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: env().databaseUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
