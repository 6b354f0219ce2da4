import type { Connection, Entered, Refusal } from "../adapter";
import type { Answer } from "../answer";
import { ask } from "./client";
import { isWithheld, refuse } from "./refusals";

/** One credential, asked about at one Bitbucket. */
export interface Question {
  host: Connection;
  entered: Entered;
}

/** Ends a verification from within: the credential died meanwhile, or the host has trouble. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.reason);
    this.refusal = refusal;
  }
}

/**
 * What a credential that is known to be good is told, which may be that it is not told. Null: an answer that nothing
 * can be read from. Throws Refused for what ends the verification.
 */
export async function askKnown({ host, entered }: Question, path: string): Promise<Answer | null> {
  const answer = await ask(host, path, entered);
  if (answer.status === 200) return answer.json === undefined ? null : answer;
  if (isWithheld(answer)) return answer;
  const refusal = refuse(answer, host, entered);
  if (refusal.reason === "unexpected") return null;
  throw new Refused(refusal);
}
