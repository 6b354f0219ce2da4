import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Owner } from "../../lib/authz";
import { checkCredential } from "../../lib/credentials/check";
import type { Confirmation } from "../../lib/credentials/input";
import { storeCredential } from "../../lib/credentials/store";
import { env } from "../../lib/env";
import { Secret } from "../../lib/secret";
import type { DemoHosts } from "./hosts";
import type { People, Person } from "./people";
import { succeed } from "./succeed";
import { refuseUntilAuthorised } from "./token-pages";

/**
 * Alice's credential in every state, the site's service account, and one of Bob's, each stored as its owner would. Only
 * the dates of the expired one are written by hand: the demo cannot wait for three months.
 */
export const githubScopes = ["repo", "read:org", "user:email", "read:discussion", "workflow"];
export const gitlabScopes = ["api", "read_repository", "write_repository"];
const permissions = { contents: "write", pull_requests: "write", metadata: "read" } as const;

/** Of the token that has ended: stored while it works. */
const lifeMs = 4000;

export async function storeEveryState(hosts: DemoHosts, { admin, alice, bob }: People): Promise<void> {
  await storeAlices(hosts, alice);
  await storeGlobal(hosts, admin);
  const bobs = { login: "bob", scopes: githubScopes, expiresAt: inDays(88) };
  await storeFor(bob, ownedBy(bob))(hosts.github, hosts.github.addToken(bobs));
}

async function storeAlices(hosts: DemoHosts, alice: Person): Promise<void> {
  const store = storeFor(alice, ownedBy(alice));
  const check = (credentialId: string) => succeed(checkCredential(alice, { owner: ownedBy(alice), credentialId }));
  const { github, open, sso, tenant, server, otherServer, oldServer, slow, gitlab, subpath } = hosts;

  const endsAt = Date.now() + lifeMs;
  const expired = oldServer.addToken({ scopes: githubScopes, expiresAt: new Date(endsAt) });
  const expiredId = await store(oldServer, expired);

  await store(github, github.addToken({ scopes: githubScopes, expiresAt: inDays(64) }));
  await store(server, server.addToken({ scopes: githubScopes, expiresAt: inDays(12) }));
  const tooLittle = { scopes: ["read_user", "read_repository"], expiresAt: dateIn(200) };
  await store(gitlab, gitlab.addToken(tooLittle), ["missing-scopes"]);
  const tooMuch = ["repo", "workflow", "user", "write:discussion", "admin:org", "delete_repo"];
  await store(open, open.addToken({ scopes: tooMuch }));
  await store(tenant, tenant.addToken({ kind: "fine-grained", permissions, expiresAt: inDays(83) }));

  // Says no more than later, but at once.
  slow.respondNextWith({ status: 503, body: "" });
  await store(slow, slow.addToken({ scopes: githubScopes }), ["unchecked"]);
  slow.respondNextWith(null);
  slow.delay(60_000);

  const rejected = otherServer.addToken({ scopes: githubScopes, expiresAt: inDays(75) });
  const rejectedId = await store(otherServer, rejected);
  otherServer.revokeToken(rejected);
  await check(rejectedId);

  const revoked = subpath.addToken({ scopes: gitlabScopes, expiresAt: dateIn(150), format: "routable" });
  const revokedId = await store(subpath, revoked);
  subpath.revokeToken(revoked);
  await check(revokedId);

  const barredId = await store(sso, sso.addToken({ scopes: githubScopes, expiresAt: inDays(40) }));
  refuseUntilAuthorised(sso);
  await check(barredId);

  await sleep(Math.max(0, endsAt - Date.now()));
  await backdate(expiredId);
}

async function storeGlobal({ github, server, oldGitlab }: DemoHosts, admin: Person): Promise<void> {
  const store = storeFor(admin, { type: "site" });
  const user = { username: "svc-batch", name: "Batch service account" };
  await store(oldGitlab, oldGitlab.addToken({ user, scopes: gitlabScopes, expiresAt: dateIn(240) }));
  const login = "svc-batch";
  await store(github, github.addToken({ login, scopes: githubScopes, expiresAt: inDays(170) }));
  const tooLittle = server.addToken({ login, scopes: ["repo", "read:org"], expiresAt: inDays(330) });
  await store(server, tooLittle, ["missing-scopes"]);
}

/** A function that stores as this actor for this owner, and resolves to the credential's id. */
function storeFor(actor: Person, owner: Owner) {
  return async (host: { id: string }, token: string, confirm: readonly Confirmation[] = []): Promise<string> => {
    const secret = new Secret(token);
    const input = {
      owner,
      codeHostId: host.id,
      credentialId: null,
      type: null,
      fields: {},
      token: secret,
      repository: null,
      confirm,
    };
    return (await succeed(storeCredential(actor, input))).id;
  };
}

function ownedBy({ id }: Person): Owner {
  return { type: "user", id };
}

async function backdate(id: string): Promise<void> {
  const client = new pg.Client({ connectionString: env().databaseUrl });
  await client.connect();
  try {
    await client.query(
      `UPDATE "Credential" SET "createdAt" = now() - interval '93 days', "checkedAt" = now() - interval '4 days',
         "validAt" = now() - interval '4 days', "expiresAt" = now() - interval '3 days' WHERE id = $1`,
      [id],
    );
  } finally {
    await client.end();
  }
}

export function inDays(days: number): Date {
  // Half a day more, so that the screen still says so in the evening.
  return new Date(Date.now() + (days + 0.5) * 86_400_000);
}

/** As GitLab writes it: the token ends at that day's first minute. */
export function dateIn(days: number): string {
  return inDays(days).toISOString().slice(0, 10);
}
