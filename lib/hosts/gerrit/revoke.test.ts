import { afterEach, expect, it } from "vitest";
import { Secret } from "../../secret";
import type { Connection, Entered } from "../adapter";
import { openTransport } from "../http";
import { type GerritSimulator, startGerritSimulator } from "../simulators/gerrit";
import type { GerritOptions } from "../simulators/gerrit-state";
import { gerrit } from "./adapter";
import { gerritRevocation } from "./revoke";

let host: GerritSimulator;
afterEach(() => host.close());

async function start(options: GerritOptions): Promise<GerritSimulator> {
  host = await startGerritSimulator(options);
  return host;
}

function connect(): Connection {
  const origins = gerrit.origins(host.baseUrl);
  const transport = openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
  return { baseUrl: host.baseUrl, transport };
}

const enter = (token: string, type = "http-password"): Entered => ({
  type,
  token: new Secret(token),
  fields: { username: "alice" },
  secrets: {},
});
const revoke = (token: string, type?: string) =>
  gerritRevocation.revoke(connect(), enter(token, type), null, { password: null });
const verify = (token: string) => gerrit.verify(connect(), enter(token), () => {});
const deletions = () => host.requests.filter(({ method }) => method === "DELETE").map(({ path }) => path);

it.each(["2.14.22", "3.4.8", "3.12.2"])("an HTTP password of Gerrit %s deletes itself", async (version) => {
  await start({ version, subPath: "/r" });
  const token = host.addToken({ user: { username: "alice" } });
  expect(await revoke(token)).toEqual({ ok: true, status: 204, hostSaid: null, isLater: false });
  expect(deletions()).toEqual(["/r/a/accounts/self/password.http"]);
  expect(await verify(token)).toMatchObject({ ok: false, reason: "rejected" });
  expect(await revoke(token)).toMatchObject({ ok: true, status: 401, hostSaid: "Unauthorized" });
});

it("a directory's password deletes nothing of Gerrit's", async () => {
  await start({ version: "3.12.2", authType: "LDAP", basicPolicy: "HTTP_LDAP" });
  const token = host.addToken({ user: { username: "alice" } });
  expect(await revoke(token)).toMatchObject({ ok: false, message: expect.stringMatching(/where it is kept/) });
  await host.close();
  await start({ version: "3.12.2", authType: "HTTP" });
  expect(await revoke(host.addToken({ user: { username: "alice" } }))).toMatchObject({ ok: false });
  expect(deletions()).toEqual([]);
});

it("no token is guessed where there are tokens, be it the only one", async () => {
  await start({ version: "3.13.1" });
  const token = host.addToken({ user: { username: "alice" } });
  expect(gerritRevocation.refusal(host.baseUrl, enter(token, "token"))).toMatch(/does not tell which/);
  expect(await revoke(token, "token")).toMatchObject({ ok: false });
  expect(host.requests).toEqual([]);
  expect(await revoke(token)).toMatchObject({
    ok: false,
    message: expect.stringMatching(/Gerrit 3\.13\.1 has tokens/),
  });
  expect(deletions()).toEqual([]);
  expect(await verify(token)).toMatchObject({ ok: true });
});
