import pg from "pg";
import { checkCredential } from "../../lib/credentials/check";
import { env } from "../../lib/env";
import { addMember } from "../../lib/teams/change-members";
import { createTeam } from "../../lib/teams/change-team";
import { disableUser } from "../../lib/users/disable-user";
import { githubScopes, gitlabScopes, ownedBy, storeFor } from "./credentials";
import { dateIn, inDays } from "./entry";
import type { DemoHosts } from "./hosts";
import type { People } from "./people";
import { succeed } from "./succeed";

/**
 * What a site has after a while: teams with service accounts, more people, ends all over the year, tokens that nobody
 * has fetched for months, and what somebody left behind. Only what time does is written by hand.
 */
export async function storeOverTime(hosts: DemoHosts, people: People): Promise<void> {
  const { admin, alice, bob, others } = people;
  const platform = await succeed(
    createTeam(admin, { name: "Platform", description: "Builds, deploys and the tools for it." }),
  );
  const docs = await succeed(createTeam(admin, { name: "Documentation", description: "Manuals and the website." }));
  await succeed(addMember(admin, { teamId: platform.id, email: alice.email, role: "MAINTAINER" }));
  await succeed(addMember(admin, { teamId: platform.id, email: bob.email }));
  await succeed(addMember(admin, { teamId: docs.id, email: others[0]?.email, role: "MAINTAINER" }));

  const { github, gitlab, gitlabSandbox, aws, gitea, githubSandbox, bitbucketDataCenter } = hosts;
  const bot = { username: "svc-platform", name: "Platform service account" };
  const team = storeFor(admin, { type: "team", id: platform.id });
  const stored = {
    batch: await team(github, github.addToken({ login: "svc-batch", scopes: githubScopes, expiresAt: inDays(25) })),
    gitlab: await team(gitlab, gitlab.addToken({ user: bot, scopes: gitlabScopes, expiresAt: dateIn(6) })),
    aws: await team(aws, aws.make({ login: "svc-platform" })),
    gone: await team(bitbucketDataCenter, bitbucketDataCenter.make({ login: "svc-batch", days: 120 })),
  };
  const site = storeFor(admin, { type: "team", id: docs.id });
  await site(gitea, gitea.make({ login: "svc-batch" }));

  const leftBehind: string[] = [];
  for (const [index, person] of others.entries()) {
    const store = storeFor(person, ownedBy(person));
    const login = person.name.split(" ")[0]?.toLowerCase() ?? "";
    const user = { username: login, name: person.name };
    for (const host of [github, githubSandbox]) {
      host.addUser({ login, name: person.name });
    }
    const ids = [
      await store(github, github.addToken({ login, scopes: githubScopes, expiresAt: inDays(35 + index * 71) })),
      await store(githubSandbox, githubSandbox.addToken({ login, scopes: githubScopes })),
      await store(gitlab, gitlab.addToken({ user, scopes: gitlabScopes, expiresAt: dateIn(20 + index * 58) })),
      await store(gitlabSandbox, gitlabSandbox.addToken({ user, scopes: gitlabScopes, expiresAt: dateIn(90 + index) })),
    ];
    if (index === others.length - 1) leftBehind.push(...ids);
  }

  await rejectOne(hosts, people);
  await inDatabase([
    // The dates that only time makes.
    [
      `UPDATE "Credential" SET "createdAt" = now() - interval '130 days', "enteredAt" = now() - interval '130 days'
      WHERE id = ANY($1)`,
      [[stored.aws, stored.gone, ...leftBehind]],
    ],
    [
      `UPDATE "Credential" c SET "lastUsedAt" = now() - interval '2 hours', "lastUsedById" = k.id
      FROM "Consumer" k WHERE k.slug = 'atlantis' AND c.id = ANY($1)`,
      [[stored.batch, stored.gitlab]],
    ],
    [
      `UPDATE "Credential" c SET "lastUsedAt" = now() - interval '112 days', "lastUsedById" = k.id
      FROM "Consumer" k WHERE k.slug = 'batch-changes' AND c.id = $1`,
      [stored.gone],
    ],
    [
      `UPDATE "Credential" SET "createdAt" = now() - interval '60 days', "enteredAt" = now() - interval '60 days'
      WHERE "expiresAt" BETWEEN now() AND now() + interval '30 days'`,
      [],
    ],
  ]);
  const last = others.at(-1);
  if (last) await succeed(disableUser(admin, { id: last.id }));
}

/** A token of Bob's that was deleted at its host: a second check, a while after the first, confirms it. */
async function rejectOne({ gitlab }: DemoHosts, { bob }: People): Promise<void> {
  const store = storeFor(bob, ownedBy(bob));
  const token = gitlab.addToken({
    user: { username: "bob", name: bob.name },
    scopes: gitlabScopes,
    expiresAt: dateIn(44),
  });
  const credentialId = await store(gitlab, token);
  gitlab.revokeToken(token);
  await succeed(checkCredential(bob, { owner: ownedBy(bob), credentialId }));
  await inDatabase([
    [`UPDATE "Credential" SET "doubtedAt" = "doubtedAt" - interval '1 hour' WHERE id = $1`, [credentialId]],
  ]);
  await succeed(checkCredential(bob, { owner: ownedBy(bob), credentialId }));
}

async function inDatabase(statements: readonly (readonly [sql: string, value: unknown[]])[]): Promise<void> {
  const client = new pg.Client({ connectionString: env().databaseUrl });
  await client.connect();
  try {
    for (const [sql, values] of statements) await client.query(sql, values);
  } finally {
    await client.end();
  }
}
