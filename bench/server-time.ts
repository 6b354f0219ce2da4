import { Agent, request } from "node:http";
import { type Figure, median, ms, times } from "./numbers";

/**
 * Time of the server from request to first byte, and to the last one, because the page's list streams in after its
 * frame. Requests follow each other on one connection, the floors' among the page's, so that all see the same machine.
 */
const warmUps = 30;
const rounds = 150;
const limitMs = 25_000;

export async function measureServerTime(url: string, cookie: string, hosts: number): Promise<Figure[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const paths = {
    health: "/healthz",
    // Next finds the route and answers 405: none of our code runs.
    empty: "/api/credentials",
    page: "/settings/credentials",
  };
  const ask = (path: string) => time(agent, url + path, path === paths.page ? { cookie } : {});
  const seen = { health: [] as Timing[], empty: [] as Timing[], page: [] as Timing[] };
  const end = Date.now() + limitMs;
  for (let round = -warmUps; round < rounds && (Date.now() < end || seen.page.length < 10); round++) {
    for (const name of ["health", "empty", "page"] as const) {
      const timing = await ask(paths[name]);
      expectStatus(paths[name], timing.status, name === "empty" ? 405 : 200);
      if (round >= 0) seen[name].push(timing);
    }
  }
  agent.destroy();
  const first = (name: keyof typeof seen) => median(seen[name].map(({ firstByteMs }) => firstByteMs));
  const last = median(seen.page.map(({ lastByteMs }) => lastByteMs));
  const health = first("health");
  const empty = first("empty");
  const page = first("page");
  const title = `credentials page, ${hosts.toLocaleString("en")} code hosts`;
  return [
    {
      what: `${title}: first byte`,
      ratio: times(page, health),
      against: `/healthz, ${ms(health)}`,
      absolute: ms(page),
    },
    { what: "", ratio: times(page, empty), against: `an empty Next route, ${ms(empty)}`, absolute: "" },
    { what: `${title}: last byte`, ratio: times(last, health), against: "/healthz", absolute: ms(last) },
    { what: "", ratio: times(last, empty), against: "an empty Next route", absolute: "" },
  ];
}

interface Timing {
  status: number;
  firstByteMs: number;
  lastByteMs: number;
}

function time(agent: Agent, url: string, headers: Record<string, string>): Promise<Timing> {
  return new Promise((done, failed) => {
    const startedAt = performance.now();
    const asked = request(url, { agent, headers }, (response) => {
      const firstByteMs = performance.now() - startedAt;
      response.on("end", () => {
        done({ status: response.statusCode ?? 0, firstByteMs, lastByteMs: performance.now() - startedAt });
      });
      response.on("error", failed).resume();
    });
    asked.on("error", failed).end();
  });
}

function expectStatus(path: string, status: number, wanted: number): void {
  if (status !== wanted) throw new Error(`${path} answered ${status} instead of ${wanted}`);
}
