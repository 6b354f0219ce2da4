import type { Connection, Identification } from "../adapter";
import { openClient, readRelease } from "./client";
import { isAzures, isSignInPage, isTurnedAway, refuseReply } from "./refusals";
import { readConnection, readDeployment, releaseName } from "./told";
import type { Kind } from "./verify";

/**
 * What answers at an address, asked without a token. Azure DevOps is known by how it turns strangers away; the release
 * of a server shows in the api-versions, where it tells them to strangers. Nothing else tells a version.
 */
export async function identifyAzureDevops(kind: Kind, host: Connection): Promise<Identification> {
  const client = openClient(host, null);
  const startedAt = performance.now();
  const answered = client.connection().then((reply) => ({
    connection: reply,
    elapsedMs: Math.round(performance.now() - startedAt),
  }));
  const [{ connection, elapsedMs }, locations] = await Promise.all([answered, client.locations()]);
  const release = "answer" in locations ? readRelease(locations.answer) : null;
  const deployment = readDeployment(connection);
  const isKnown = readConnection(connection) !== null || isTurnedAway(connection) || isServicesSignIn(connection);
  if (!isKnown && !release) {
    const refusal = refuseReply(connection, { baseUrl: host.baseUrl, kind, token: null });
    // Nobody's token was turned away.
    return refusal.reason === "rejected" || refusal.reason === "expired"
      ? { ...refusal, reason: "unexpected" }
      : refusal;
  }
  const isServices = deployment ? deployment === "services" : kind === "azure-devops";
  if (isServices) return { ok: true, product: "Azure DevOps Services", version: null, elapsedMs };
  const named = releaseName(release?.max);
  return { ok: true, product: named?.product ?? "Azure DevOps Server", version: named?.version ?? null, elapsedMs };
}

function isServicesSignIn(reply: Awaited<ReturnType<ReturnType<typeof openClient>["connection"]>>): boolean {
  return "answer" in reply && reply.answer.status === 203 && isSignInPage(reply.answer) && isAzures(reply.answer);
}
