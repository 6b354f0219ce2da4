/** A sentence for the operator, without a stack trace. The default exit code is sysexits' EX_CONFIG. */
export class Refusal extends Error {
  constructor(sentence, exitCode = 78) {
    super(sentence);
    this.name = "Refusal";
    this.exitCode = exitCode;
  }
}
