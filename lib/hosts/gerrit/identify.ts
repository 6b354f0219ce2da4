import type { Connection, Identification } from "../adapter";
import { get } from "./client";
import { isGerritsRefusal, refuse, refuseThrown } from "./refusals";
import { readVersion } from "./told";

/** GET /config/server/version is for strangers too (Documentation/rest-api-config.txt), unless a sign-in stands in front. */
export async function identifyGerrit(host: Connection): Promise<Identification> {
  const startedAt = performance.now();
  try {
    const answer = await get(host, "/config/server/version", null);
    const elapsedMs = Math.round(performance.now() - startedAt);
    const version = readVersion(answer);
    if (version !== null) return { ok: true, product: "Gerrit", version, elapsedMs };
    if (isGerritsRefusal(answer)) return { ok: true, product: "Gerrit", version: null, elapsedMs };
    return refuse(answer.status === 401 ? { ...answer, headers: {} } : answer, host, null);
  } catch (error) {
    return refuseThrown(error, host);
  }
}
