/**
 * What is entered besides a token and is secret too, and passwords, are nowhere but in their seals: the same search as
 * for tokens. They are stored, checked, refused, mistyped and handed back by their hosts. See SECURITY.md.
 */
import { randomBytes } from "node:crypto";
import { adapterFor } from "../lib/hosts/registry";
import { startAwsSimulator } from "../lib/hosts/simulators/aws";
import { mintId, mintSecret } from "../lib/hosts/simulators/aws-state";
import { startBitbucketDataCenterSimulator } from "../lib/hosts/simulators/bitbucket-data-center";
import { startGerritSimulator } from "../lib/hosts/simulators/gerrit";
import type { SimulatorResponse } from "../lib/hosts/simulators/simulator";
import { type Filled, filled, fillIn } from "./any-host";
import { crawl, Search, searchBrowser, searchDatabase, searchLogs, watchBrowser } from "./canary-search";
import { addHost, closeAll, closeLater } from "./hostile-hosts";
import { expect, openRow, test } from "./own-hosts";
import { type CodeHost, type Person, query } from "./people";
import { callAction, postCredential, postJson, send } from "./raw-request";

test.use({ actionTimeout: 10_000 });
test.afterEach(closeAll);

test("a session token and passwords are in no page, answer, log, table or audit entry", async ({
  user: owner,
  userPage,
  admin,
}) => {
  test.setTimeout(300_000);
  const aws = await startAwsSimulator();
  const bitbucket = await startBitbucketDataCenterSimulator();
  const gerrit = await startGerritSimulator();
  for (const { close } of [aws, bitbucket, gerrit]) closeLater(close);
  const inAnHour = new Date(Date.now() + 3_600_000);
  const key = aws.addKey({ session: { token: mintSecret(300), expiresAt: inAnHour } });
  const session = key.session?.token ?? "";
  // Every sign that is written otherwise in URLs, HTML or JSON, and spaces, as people's passwords have.
  const password = `pass /+=&"<'>% ${randomBytes(12).toString("base64url")}`;
  bitbucket.addUser({ name: "alice", password });
  bitbucket.addProject({ key: "ACME", access: { alice: 3 } });
  bitbucket.addRepository("ACME/app");
  const httpPassword = gerrit.addToken({ value: randomBytes(24).toString("base64") });
  const wrong = { password: randomBytes(18).toString("base64url"), session: mintSecret(300), secret: mintSecret() };
  const search = new Search([key.secret, session, password, httpPassword, ...Object.values(wrong)]);
  const awsHost = await addHost("aws-codecommit", aws.baseUrl);
  const bitbucketHost = await addHost("bitbucket-data-center", bitbucket.baseUrl);
  const gerritHost = await addHost("gerrit", gerrit.baseUrl);

  // In the browser: typed, checked, stored.
  const answers = watchBrowser(search, userPage);
  const typed: [CodeHost, Filled][] = [
    [awsHost, fill("aws-codecommit", "temporary-key", key.secret, { accessKeyId: key.id }, { sessionToken: session })],
    [bitbucketHost, fill("bitbucket-data-center", "password", password, { username: "alice" })],
  ];
  for (const [host, credential] of typed) {
    const row = await openRow(userPage, host);
    await row.getByRole("button", { name: /^Add a token/ }).click();
    const dialog = userPage.getByRole("dialog");
    await fillIn(dialog, credential);
    await dialog.getByRole("button", { name: "Check and add" }).click();
    await dialog.getByRole("button", { name: "Done" }).click();
    await expect(dialog).toBeHidden();
    await expect(row).toContainText("@alice");
    await searchBrowser(search, userPage);
  }

  // Through the API: stored, refused.
  const post = async (what: string, host: CodeHost, input: object) => {
    const answer = await postCredential({ owner: "me", codeHostId: host.id, ...input }, { as: owner });
    search.answer(what, answer);
    return answer.result;
  };
  const asGerrit = { type: "http-password", fields: { username: "alice" } };
  const stored = await post("gerrit", gerritHost, { ...asGerrit, token: httpPassword });
  expect(stored).toMatchObject({ ok: true });
  const ids = await idsOf(owner.id, [awsHost, bitbucketHost]);
  const sent = { token: key.secret, fields: { accessKeyId: key.id, sessionToken: session } };
  const replacing = [
    { host: awsHost, id: ids[0], secret: session, input: { type: "temporary-key", ...sent } },
    {
      host: bitbucketHost,
      id: ids[1],
      secret: password,
      input: { type: "password", token: password, fields: { username: "alice" } },
    },
    { host: gerritHost, id: stored.value?.id, secret: httpPassword, input: { ...asGerrit, token: httpPassword } },
  ];
  const unknownKey = { accessKeyId: mintId("ASIA", aws.accountId), sessionToken: wrong.session };
  for (const [host, credentialId, input] of [
    [awsHost, ids[0], { type: "temporary-key", token: wrong.secret, fields: unknownKey }],
    [bitbucketHost, ids[1], { type: "password", token: wrong.password, fields: { username: "alice" } }],
    [gerritHost, stored.value?.id, { ...asGerrit, token: wrong.password }],
  ] as const) {
    expect(await post("refused", host, { credentialId, ...input })).toMatchObject({ error: { code: "host-refused" } });
  }

  // Hosts that hand it back: in words, names and headers.
  for (const { host, id, secret, input } of replacing) {
    const simulator = host === awsHost ? aws : host === bitbucketHost ? bitbucket : gerrit;
    for (const response of echoes(secret)) {
      simulator.respondNextWith(response);
      search.answer(`check ${response.status}`, await checkOf(id, owner));
      await post(`replace ${response.status}`, host, { credentialId: id, ...input });
      simulator.respondNextWith(null);
    }
  }
  await searchDatabase(search);

  // Mistyped: where it does not belong, as what it is not.
  for (const fields of [
    { accessKeyId: session, sessionToken: session },
    { accessKeyId: key.secret, sessionToken: session },
    { accessKeyId: key.id, sessionToken: `${session} ${session}` },
    { accessKeyId: key.id, sessionToken: { is: session } },
    { accessKeyId: key.id, sessionToken: session, [`x${session.replace(/\W/g, "")}`]: "y" },
    { accessKeyId: key.id, sessionToken: session, extra: session },
    { username: `${password}\n` },
    [session],
    session,
  ]) {
    const input = { owner: "me", codeHostId: awsHost.id, credentialId: ids[0], token: key.secret, fields };
    for (const type of ["temporary-key", "access-key", session]) {
      const answer = await postJson("/api/credentials", { ...input, type, confirm: "unchecked" }, { as: owner });
      search.answer(`mistyped ${type === session ? "type" : type}`, answer);
      expect(answer.body).not.toContain('"ok":true');
    }
  }

  // Everything there is to see.
  const starts = [`/admin/users/${owner.id}/credentials`, "/settings/credentials?show=5000", "/admin/audit/export"];
  let pages = 0;
  for (const as of [owner, admin]) pages += await crawl(search, as, starts);
  expect(pages).toBeGreaterThan(30);
  search.answer("the audit log's export", await send("/admin/audit/export", { as: admin }));
  expect(await searchDatabase(search)).toBeGreaterThan(9);
  expect(searchLogs(search)).toBeGreaterThan(0);
  await Promise.all(answers);
  expect(search.found).toEqual([]);

  // What is no secret is there to be found, so the search looked in the right places.
  const shown = new Search([key.id]);
  await searchDatabase(shown);
  expect(shown.found.join()).toContain("Credential");

  // They are there, sealed, and still open: the last check sends the right ones.
  for (const { id } of replacing) {
    expect((await checkOf(id, owner)).result).toMatchObject({ ok: true, value: { outcome: "valid" } });
  }
  expect(aws.requests.at(-1)?.headers["x-amz-security-token"]).toBe(session);
  for (const [{ requests }, secret] of [
    [bitbucket, password],
    [gerrit, httpPassword],
  ] as const) {
    const basic = `Basic ${Buffer.from(`alice:${secret}`).toString("base64")}`;
    expect(requests.slice(-10).map(({ headers }) => headers.authorization)).toContain(basic);
  }
});

function fill(
  kind: string,
  type: string,
  token: string,
  fields: Record<string, string>,
  secrets: Record<string, string> = {},
): Filled {
  const adapter = adapterFor(kind);
  if (!adapter) throw new Error(`No adapter speaks ${kind}.`);
  return filled(adapter, { type, token, fields, secrets });
}

async function checkOf(credentialId: string | undefined, as: Person) {
  return await callAction("checkCredentialAction", [{ owner: "me", credentialId }], { as });
}

async function idsOf(ownerId: string, hosts: CodeHost[]): Promise<(string | undefined)[]> {
  const rows = await query<{ id: string; codeHostId: string }>(
    `SELECT id, "codeHostId" FROM "Credential" WHERE "ownerId" = $1`,
    [ownerId],
  );
  return hosts.map((host) => rows.find(({ codeHostId }) => codeHostId === host.id)?.id);
}

/** As AWS, Bitbucket and Gerrit would say it. */
function echoes(secret: string): SimulatorResponse[] {
  const base64 = Buffer.from(`alice:${secret}`).toString("base64");
  const words = `${secret} ${base64} ${encodeURIComponent(secret)}`;
  const xml = `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${words}</Message></Error></ErrorResponse>`;
  const named = { name: secret, slug: secret, displayName: `I am ${secret}`, username: secret, _account_id: 7, id: 7 };
  return [
    { status: 401, body: { errors: [{ context: secret, message: words, exceptionName: secret }] } },
    { status: 401, headers: { "www-authenticate": `Basic realm="x"` }, body: `Unauthorized ${words}\n` },
    { status: 403, headers: { "content-type": "text/xml" }, body: xml },
    { status: 403, headers: { "content-type": "text/xml" }, body: xml.replace("AccessDenied", "ExpiredToken") },
    { status: 200, headers: { "x-ausername": encodeURIComponent(secret), "x-auserid": "7" }, body: named },
    { status: 200, body: `)]}'\n${JSON.stringify(named)}` },
    { status: 302, headers: { location: `http://127.0.0.1/${encodeURIComponent(secret)}` } },
    { status: 429, headers: { "retry-after": "60" }, body: { message: words } },
    { status: 500, body: `<h1>${words}</h1>` },
  ];
}
