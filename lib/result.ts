/**
 * Expected outcomes as values. A failure has a closed code, one sentence that says what to do next, and field errors.
 * It never carries a secret or what was submitted.
 */
export type FailureCode =
  | "signed-out"
  | "forbidden"
  | "not-found"
  | "invalid-input"
  | "conflict"
  | "rate-limited"
  | "host-refused"
  | "needs-confirmation"
  | "integrity"
  | "unavailable";

export interface Failure {
  code: FailureCode;
  message: string;
  /** Field name to sentence. */
  fields?: Record<string, string>;
}

export type Result<T, F extends Failure = Failure> = { ok: true; value: T } | { ok: false; error: F };

export function ok<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

export function fail(
  code: FailureCode,
  message: string,
  fields?: Record<string, string>,
): { ok: false; error: Failure } {
  return { ok: false, error: fields ? { code, message, fields } : { code, message } };
}
