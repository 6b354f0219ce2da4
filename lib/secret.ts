import { inspect } from "node:util";

/**
 * A token from its first byte on. It prints as "[secret]" in strings, JSON and inspect, and React refuses it as a prop.
 * `reveal()` is the only way out; lib/secret.test.ts lists the files that may call it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The raw token. For the seal and the code host's request only. */
  reveal(): string {
    return this.#value;
  }

  /** What may be shown of it: the last four characters, or fewer stars of nothing when it is too short to show any. */
  get lastFour(): string {
    return this.#value.length >= 16 ? this.#value.slice(-4) : "";
  }

  equals(other: Secret): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [inspect.custom](): string {
    return "[secret]";
  }
}
