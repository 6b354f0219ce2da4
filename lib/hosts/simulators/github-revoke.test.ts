import { afterEach, expect, it } from "vitest";
import { type GithubSimulator, type GithubSimulatorOptions, startGithubSimulator } from "./github";

let host: GithubSimulator;

async function start(options: GithubSimulatorOptions = {}): Promise<GithubSimulator> {
  host = await startGithubSimulator({ flavour: "github.com", ...options });
  return host;
}
afterEach(() => host.close());

function revoke(body: unknown, headers: Record<string, string> = {}): Promise<number> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const init = { method: "POST", headers: { "user-agent": "test", ...headers }, body: text };
  return fetch(`${host.url}/credentials/revoke`, init).then(({ status }) => status);
}

async function statusOf(token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, "user-agent": "test" };
  return (await fetch(`${host.url}/user`, { headers })).status;
}

it("takes revocations from strangers alone", async () => {
  await start();
  const token = host.addToken();
  expect(await revoke({ credentials: [token] }, { authorization: `Bearer ${token}` })).toBe(403);
  expect(await statusOf(token)).toBe(200);
  expect(await revoke({ credentials: [token] })).toBe(202);
  expect(await statusOf(token)).toBe(401);
});

it("ends all that it was given, a moment later, and takes what it does not know", async () => {
  await start({ requestsUntilDead: 1 });
  const tokens = [host.addToken(), host.addToken({ kind: "fine-grained" })];
  const untouched = host.addToken();
  expect(await revoke({ credentials: [...tokens, "ghp_unknown", host.unknownToken()] })).toBe(202);
  for (const token of tokens) expect([await statusOf(token), await statusOf(token)]).toEqual([200, 401]);
  expect([await statusOf(untouched), await statusOf(untouched)]).toEqual([200, 200]);
});

it("leaves installation tokens alone, and says nothing of it", async () => {
  await start();
  const token = host.addToken({ kind: "installation" });
  expect(await revoke({ credentials: [token] })).toBe(202);
  expect(await statusOf(token)).toBe(403);
});

it.each(["", "[]", { credentials: [] }, { credentials: [1] }, { credentials: Array(1001).fill("ghp_x") }])(
  "refuses what is not one to a thousand tokens",
  async (body) => {
    await start();
    expect(await revoke(body)).toBe(422);
  },
);

it("counts them by the hour, and an Enterprise Server has no such thing", async () => {
  await start({ revocationLimit: 2 });
  const answers = [];
  for (let tries = 0; tries < 3; tries++) answers.push(await revoke({ credentials: ["ghp_x"] }));
  expect(answers).toEqual([202, 202, 403]);
  await host.close();
  await start({ flavour: "ghes" });
  expect(await revoke({ credentials: ["ghp_x"] })).toBe(404);
});
