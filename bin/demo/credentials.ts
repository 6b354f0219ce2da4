import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Owner } from "../../lib/authz";
import { checkCredential } from "../../lib/credentials/check";
import type { Confirmation, StoreInput } from "../../lib/credentials/input";
import { storeCredential } from "../../lib/credentials/store";
import { env } from "../../lib/env";
import { Secret } from "../../lib/secret";
import { dateIn, type Entry, inDays, neededScopes } from "./entry";
import type { DemoHosts } from "./hosts";
import type { People, Person } from "./people";
import { succeed } from "./succeed";
import { refuseUntilAuthorised } from "./token-pages";

/**
 * Alice's credential in every state, the site's service account, and one of Bob's, each stored as its owner would. Only
 * the dates of the expired one are written by hand: the demo cannot wait for three months.
 */
export const githubScopes = neededScopes("github");
export const gitlabScopes = neededScopes("gitlab");

/** Of the token that has ended: stored while it works. */
const lifeMs = 4000;

export async function storeEveryState(hosts: DemoHosts, { admin, alice, bob }: People): Promise<void> {
  // Alice's wait for the end of one of hers is long enough for the others'.
  await Promise.all([storeAlices(hosts, alice), storeGlobal(hosts, admin), storeBobs(hosts, bob)]);
}

async function storeAlices(hosts: DemoHosts, alice: Person): Promise<void> {
  const store = storeFor(alice, ownedBy(alice));
  const check = (credentialId: string) => succeed(checkCredential(alice, { owner: ownedBy(alice), credentialId }));
  const { github, sso, server, oldServer, slow, gitlab, subpath } = hosts;

  const endsAt = Date.now() + lifeMs;
  const expired = oldServer.addToken({ scopes: githubScopes, expiresAt: new Date(endsAt) });
  const expiredId = await store(oldServer, expired);

  await store(github, github.addToken({ scopes: githubScopes, expiresAt: inDays(64) }));
  await store(server, server.addToken({ scopes: githubScopes, expiresAt: inDays(12) }));
  const tooLittle = { scopes: ["read_user", "read_repository"], expiresAt: dateIn(200) };
  await store(gitlab, gitlab.addToken(tooLittle), ["missing-scopes"]);

  // Says no more than later, but at once.
  slow.respondNextWith({ status: 503, body: "" });
  await store(slow, slow.addToken({ scopes: githubScopes }), ["unchecked"]);
  slow.respondNextWith(null);
  slow.delay(60_000);

  const revoked = subpath.addToken({ scopes: gitlabScopes, expiresAt: dateIn(150), format: "routable" });
  const revokedId = await store(subpath, revoked);
  subpath.revokeToken(revoked);
  await check(revokedId);

  const barredId = await store(sso, sso.addToken({ scopes: githubScopes, expiresAt: inDays(40) }));
  refuseUntilAuthorised(sso);
  await check(barredId);

  const { azure, gitea, forgejo, gerrit, bitbucketDataCenter } = hosts;
  const login = "alice";
  await store(azure, azure.make({ login }));
  await store(gitea, gitea.make({ login, scopes: [...neededScopes("gitea"), "write:admin", "write:organization"] }));
  await store(gerrit, gerrit.make({ login, days: 75 }));
  await store(forgejo, forgejo.make({ login }));
  const rejected = bitbucketDataCenter.make({ login, days: 75 });
  const rejectedId = await store(bitbucketDataCenter, rejected);
  bitbucketDataCenter.forget(rejected);
  await check(rejectedId);

  await sleep(Math.max(0, endsAt - Date.now()));
  await backdate(expiredId);
}

async function storeGlobal(hosts: DemoHosts, admin: Person): Promise<void> {
  const { github, server, oldGitlab, bitbucketDataCenter, tfs, forgejo, gerrit } = hosts;
  const store = storeFor(admin, { type: "site" });
  const login = "svc-batch";
  const user = { username: login, name: "Batch service account" };
  await store(oldGitlab, oldGitlab.addToken({ user, scopes: gitlabScopes, expiresAt: dateIn(240) }));
  await store(github, github.addToken({ login, scopes: githubScopes, expiresAt: inDays(170) }));
  const tooLittle = server.addToken({ login, scopes: ["repo", "read:org"], expiresAt: inDays(330) });
  await store(server, tooLittle, ["missing-scopes"]);
  for (const host of [bitbucketDataCenter, tfs, gerrit]) await store(host, host.make({ login, days: 300 }));
  await store(forgejo, forgejo.make({ login, scopes: ["write:issue", "read:user"] }), ["missing-scopes"]);
}

async function storeBobs({ github, bitbucketCloud, aws }: DemoHosts, bob: Person): Promise<void> {
  const store = storeFor(bob, ownedBy(bob));
  const login = "bob";
  await store(github, github.addToken({ login, scopes: githubScopes, expiresAt: inDays(88) }));
  await store(bitbucketCloud, bitbucketCloud.make({ login }));
  // May not ask IAM what it may do, so that only what was tried is known.
  const untold = ["codecommit:GitPull", "codecommit:ListRepositories", "iam:ListAccessKeys"];
  await store(aws, aws.make({ login, scopes: untold }));
}

/** A function that stores as this actor for this owner, and resolves to the credential's id. */
export function storeFor(actor: Person, owner: Owner) {
  return async (
    host: { id: string },
    entry: string | Entry,
    confirm: readonly Confirmation[] = [],
  ): Promise<string> => {
    return (await succeed(storeCredential(actor, inputOf(host, owner, entry, confirm)))).id;
  };
}

/** As the dialog sends it. */
export function inputOf(
  host: { id: string },
  owner: Owner,
  entry: string | Entry,
  confirm: readonly Confirmation[] = [],
): StoreInput {
  const { token, type, fields } = typeof entry === "string" ? { token: entry, type: null, fields: {} } : entry;
  return {
    owner,
    codeHostId: host.id,
    credentialId: null,
    type,
    fields: Object.fromEntries(Object.entries(fields).map(([id, value]) => [id, new Secret(value)])),
    token: new Secret(token),
    repository: null,
    confirm,
  };
}

export function ownedBy({ id }: Person): Owner {
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
