import type { HostSshKey, Refusal } from "../hosts/adapter";
import type { Login } from "../hosts/ssh/try-login";
import type { Learnt } from "./write-state";

/**
 * Two witnesses, one answer: the host's list of keys, and signing in over SSH. What neither proves is unclear, and a
 * host key that does not fit is said whatever else is known. Pure.
 */
export interface Witnesses {
  /** Null: the host has no API, or this credential cannot ask it. */
  listed: { ok: true; entry: HostSshKey | null } | Pick<Refusal, "ok" | "message"> | null;
  /** Null: a key for signatures, with which nobody signs in. Ok false also when signing in could not be tried. */
  login: Login | { ok: false; reason: "not-tried"; message: string } | null;
  name: string;
}

export function judgeKey({ listed, login, name }: Witnesses): Pick<Learnt, "state" | "stateDetail"> {
  const inList = listed?.ok ? listed.entry !== null : null;
  if (login && !login.ok && (login.reason === "host-key-changed" || login.reason === "host-key-unknown")) {
    if (login.reason === "host-key-changed") return { state: "unclear", stateDetail: login.message };
    if (inList)
      return { state: "known", stateDetail: `${name} lists it. Signing in was not tried: ${lower(login.message)}` };
  }
  if (login?.ok && login.state === "known") {
    const stranger = `Signing in works, but the key is not in the list of this token's account: it is with another account.`;
    return { state: "known", stateDetail: inList === false ? stranger : null };
  }
  if (login?.ok && inList) {
    return {
      state: "unclear",
      stateDetail: `${name} lists the key and yet refuses it. It may take a minute, or the key waits for approval there.`,
    };
  }
  if (login?.ok || inList === false) {
    return { state: "unknown", stateDetail: `${name} does not know this key. Add it there.` };
  }
  if (inList) {
    const detail = login ? `${name} lists it. Signing in could not be tried: ${lower(login.message)}` : null;
    return { state: "known", stateDetail: detail };
  }
  const reasons = [login, listed].flatMap((one) => (one && !one.ok ? [one.message] : []));
  return {
    state: "unclear",
    stateDetail: reasons.join(" ") || `${name} cannot be asked for this key. Look for its fingerprint there.`,
  };
}

/** In the middle of a sentence; names of hosts stay as they are. */
function lower(sentence: string): string {
  return /^(The|Nothing|Nobody|Somebody|It) /.test(sentence)
    ? sentence.charAt(0).toLowerCase() + sentence.slice(1)
    : sentence;
}
