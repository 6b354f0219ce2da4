import { describeError, log } from "../log";
import { openQueues, type Queues } from "./queues";

const holder = globalThis as typeof globalThis & { forgepassRequests?: Queues };

/**
 * Asks for a run of a job as soon as may be, wherever the worker is; one that waits already is enough. Safe from any
 * process: while the queues are not there yet, nothing happens, and the job's own time comes.
 * @returns whether one is waiting now because of this
 */
export async function requestRun(job: string): Promise<boolean> {
  holder.forgepassRequests ??= openQueues(1, () => {});
  try {
    return (await holder.forgepassRequests.boss.send(job, {})) !== null;
  } catch (error) {
    log().warn({ job, ...describeError(error) }, "a run could not be requested");
    return false;
  }
}

export async function closeRequests(): Promise<void> {
  await holder.forgepassRequests?.close();
  holder.forgepassRequests = undefined;
}
