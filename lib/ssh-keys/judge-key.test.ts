import { describe, expect, it } from "vitest";
import { judgeKey, type Witnesses } from "./judge-key";

const entry = { id: "1", fingerprint: "SHA256:x", user: null };
const lists = {
  has: { ok: true, entry },
  lacks: { ok: true, entry: null },
  silent: { ok: false, message: "The host did not answer." },
  none: null,
} satisfies Record<string, Witnesses["listed"]>;
const logins = {
  known: { ok: true, state: "known" },
  unknown: { ok: true, state: "unknown" },
  silent: { ok: false, reason: "unreachable", message: "The server did not answer." },
  untried: { ok: false, reason: "not-tried", message: "Enter its user name." },
  changed: { ok: false, reason: "host-key-changed", message: "The host key has changed.", shown: null },
  unconfirmed: { ok: false, reason: "host-key-unknown", message: "The host keys are not known.", shown: null },
  none: null,
} satisfies Record<string, Witnesses["login"]>;

describe("what the list and signing in say together", () => {
  it.each([
    ["has", "known", "known", null],
    ["has", "unknown", "unclear", /refuses it/],
    ["has", "silent", "known", /could not be tried: the server did not/],
    ["has", "untried", "known", /could not be tried: Enter its/],
    ["has", "changed", "unclear", /has changed/],
    ["has", "unconfirmed", "known", /was not tried/],
    ["has", "none", "known", null],
    ["lacks", "known", "known", /another account/],
    ["lacks", "unknown", "unknown", /does not know/],
    ["lacks", "silent", "unknown", /does not know/],
    ["lacks", "untried", "unknown", /does not know/],
    ["lacks", "changed", "unclear", /has changed/],
    ["lacks", "unconfirmed", "unknown", /does not know/],
    ["lacks", "none", "unknown", /does not know/],
    ["silent", "known", "known", null],
    ["silent", "unknown", "unknown", /does not know/],
    ["silent", "silent", "unclear", /server did not answer.* host did not answer/],
    ["silent", "changed", "unclear", /has changed/],
    ["silent", "unconfirmed", "unclear", /not known\. The host did not answer/],
    ["silent", "none", "unclear", /did not answer/],
    ["none", "known", "known", null],
    ["none", "unknown", "unknown", /does not know/],
    ["none", "silent", "unclear", /did not answer/],
    ["none", "changed", "unclear", /has changed/],
    ["none", "unconfirmed", "unclear", /not known/],
    ["none", "none", "unclear", /Look for its fingerprint/],
  ] as const)("list %s, signing in %s: %s", (listed, login, state, detail) => {
    const judged = judgeKey({ listed: lists[listed], login: logins[login], name: "GitHub" });
    expect(judged.state).toBe(state);
    if (detail === null) expect(judged.stateDetail).toBeNull();
    else expect(judged.stateDetail).toMatch(detail);
    if (judged.stateDetail !== null) expect(judged.stateDetail).toMatch(/^[A-Z].*\.$/);
  });
});
