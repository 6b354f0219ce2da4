import { z } from "zod";
import type { Connection, Identification } from "../adapter";
import { ask } from "./client";
import { refuse, refuseThrown } from "./refusals";

/**
 * Bitbucket is known by the list of what can have webhooks, the one thing that its API tells to strangers without
 * counting it against them. It has no version.
 */
const events = z.object({ events: z.object({ href: z.string() }) });
/** Atlassian's description has `links` in its example and not in its schema. */
const subject = z.union([events, z.object({ links: events })]);
const subjects = z.object({ repository: subject, workspace: subject });

export async function identifyBitbucketCloud(host: Connection): Promise<Identification> {
  const startedAt = performance.now();
  try {
    const answer = await ask(host, null, "/hook_events");
    const elapsedMs = Math.round(performance.now() - startedAt);
    if (answer.status === 200 && subjects.safeParse(answer.json).success) {
      return { ok: true, product: "Bitbucket Cloud", version: null, elapsedMs };
    }
    // Nothing was entered, so nothing is rejected, whatever the words.
    const wordless = { ...answer, json: undefined, text: "" };
    return refuse(wordless, { baseUrl: host.baseUrl, entered: null });
  } catch (error) {
    return refuseThrown(error, host.baseUrl);
  }
}
