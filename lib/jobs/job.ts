/**
 * One kind of background work: what it is called, how often it runs and what it does. It runs in one process at a time,
 * whatever happens; a killed one is run again, so doing it twice must come to the same. Its payload is nothing: what is
 * due it finds in the database, claims there, and works on as a system actor.
 */
export interface Job {
  /** noun.verb, as in the audit log: the name of the system actor. */
  name: string;
  /** What an admin reads: "Tell people what ends soon". */
  title: string;
  /** Cron expression, UTC, to the minute. */
  every: string;
  /** After so long without an end it counts as dead and is run again. */
  timeoutSeconds: number;
  /** @returns what it did, in a sentence without names: "Checked 12 credentials, 1 rejected." Throws: it is tried again. */
  run(signal: AbortSignal): Promise<string>;
}
