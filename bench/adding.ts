import { succeed } from "../bin/demo/succeed";
import { addCodeHost } from "../lib/code-hosts/add-code-host";
import { removeCodeHost } from "../lib/code-hosts/remove-code-host";
import { removeCredential } from "../lib/credentials/remove";
import { startGithubSimulator } from "../lib/hosts/simulators/github";
import { coveredMs, type Figure, median, ms } from "./numbers";
import type { Stage } from "./stage";

/**
 * Adding a token as the dialog does, from the request to the last line of its answer. What the portal adds is the time in
 * which the code host was not at work: its requests, each of a fixed length, count once when they run side by side.
 */
const hostMs = 100;
const warmUps = 3;
const rounds = 25;
const limitMs = 20_000;

export async function measureAdding(url: string, { actor, owner, cookie }: Stage): Promise<Figure[]> {
  const simulator = await startGithubSimulator();
  simulator.delay(hostMs);
  const atWork: [number, number][] = [];
  const { requests } = simulator;
  requests.push = (...added) => {
    atWork.push([performance.now(), performance.now() + hostMs]);
    return Array.prototype.push.apply(requests, added);
  };
  const fields = { kind: "github", name: "Measured", baseUrl: simulator.url, caCertificate: null, gitOverSsh: false };
  const { id: codeHostId } = await succeed(addCodeHost(actor, fields));
  const scopes = ["repo", "read:org", "user:email", "read:discussion", "workflow"];
  const totals: number[] = [];
  const hosts: number[] = [];
  const end = Date.now() + limitMs;
  for (let round = -warmUps; round < rounds && (Date.now() < end || totals.length < 3); round++) {
    const token = simulator.addToken({ scopes, expiresAt: new Date(Date.now() + 90 * 86_400_000) });
    atWork.length = 0;
    const startedAt = performance.now();
    const credentialId = await add(url, cookie, { owner: "me", codeHostId, token, confirm: "" });
    const total = performance.now() - startedAt;
    if (round >= 0) {
      totals.push(total);
      hosts.push(coveredMs(atWork));
    }
    await succeed(removeCredential(actor, { owner, credentialId }));
  }
  await succeed(removeCodeHost(actor, { id: codeHostId }));
  await simulator.close();
  const total = median(totals);
  const host = median(hosts);
  const overhead = median(totals.map((value, index) => value - (hosts[index] ?? 0)));
  return [
    {
      what: "adding a token: what the portal adds",
      ratio: `+ ${((100 * overhead) / host).toFixed(1)} %`,
      against: `the code host's own time, ${ms(host)}`,
      absolute: `${ms(overhead)} of ${ms(total)}`,
    },
  ];
}

async function add(url: string, cookie: string, body: object): Promise<string> {
  const response = await fetch(`${url}/api/credentials`, {
    method: "POST",
    headers: { cookie, origin: url, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const lines = (await response.text()).trim().split("\n");
  const { result } = JSON.parse(lines.at(-1) ?? "null") as {
    result?: { ok: boolean; value?: { id: string }; error?: { message: string } };
  };
  if (!result?.value) throw new Error(`the token was not added: ${result?.error?.message ?? response.status}`);
  return result.value.id;
}
