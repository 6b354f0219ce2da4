import type { Connection, Identification } from "../adapter";
import { ask } from "./client";
import { refuse, refuseThrown } from "./refusals";
import { readVersion } from "./told";

/** Bitbucket tells anybody what it is. Server and Data Center say the same. */
export async function identifyBitbucketDataCenter(host: Connection): Promise<Identification> {
  const startedAt = performance.now();
  try {
    const answer = await ask(host, "/rest/api/latest/application-properties", null);
    const version = readVersion(answer);
    if (version === null) return refuse(answer, host, null);
    return { ok: true, product: "Bitbucket", version, elapsedMs: Math.round(performance.now() - startedAt) };
  } catch (error) {
    return refuseThrown(error, host);
  }
}
