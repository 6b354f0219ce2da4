import type { Failure, Result } from "../../lib/result";

/** The value; a demo that cannot be made as written does not start. */
export async function succeed<T>(outcome: Promise<Result<T, Failure>>): Promise<T> {
  const result = await outcome;
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}
