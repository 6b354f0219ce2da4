import { z } from "zod";
import { Secret } from "../../secret";
import type { Connection, Identification } from "../adapter";
import { asRefusal } from "../http";
import { deploymentOf } from "./addresses";
import { openClient } from "./client";
import { readRefusal } from "./refusals";
import { readVersion } from "./verify";

/**
 * What answers at an address, asked without a credential: GET /meta, which every deployment has. An Enterprise Server
 * in private mode tells strangers nothing but still names itself in its headers.
 */
export async function identifyGithub(host: Connection): Promise<Identification> {
  try {
    const { status, headers, data, elapsedMs } = await openClient(host, null)("/meta");
    const meta = metaShape.safeParse(data);
    if (status === 200 && meta.success) {
      const version = meta.data.installed_version ?? readVersion(headers);
      return { ok: true, product: productOf(host.baseUrl, version !== null), version, elapsedMs };
    }
    const isPrivate = (status === 401 || status === 403) && "x-github-request-id" in headers && data !== null;
    if (isPrivate && headers["x-ratelimit-remaining"] !== "0") {
      return { ok: true, product: productOf(host.baseUrl, true), version: readVersion(headers), elapsedMs };
    }
    return readRefusal(
      { status, headers, data: status === 200 ? null : data, elapsedMs },
      host.baseUrl,
      new Secret(""),
    );
  } catch (error) {
    return asRefusal(error, "GitHub");
  }
}

const metaShape = z.object({
  verifiable_password_authentication: z.boolean(),
  installed_version: z
    .string()
    .regex(/^[\w.-]{1,40}$/)
    .optional(),
});

function productOf(baseUrl: string, isServer: boolean): string {
  const deployment = deploymentOf(baseUrl);
  if (deployment === "ghe.com") return "GitHub Enterprise Cloud";
  return isServer && deployment === "server" ? "GitHub Enterprise Server" : "GitHub";
}
