import pino from "pino";
import { env } from "./env";

/**
 * The process's log: JSON lines on stdout with ids, codes and names. Never a body, a header, a token, or the message of
 * an error that somebody's input may have caused; what a person did is in the audit log.
 */
let logger: pino.Logger | undefined;

export function log(): pino.Logger {
  logger ??= pino({ level: env().logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  return logger;
}

/** An error by its name and code only: messages quote values. */
export function describeError(error: unknown): { error: string; code?: string } {
  if (!(error instanceof Error)) return { error: typeof error };
  return { error: error.name, ...("code" in error && { code: String(error.code) }) };
}
