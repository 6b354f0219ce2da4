import type { Accepted, Account, VerifyStep } from "../adapter";

/**
 * Reports each step of a verification once, as it is answered, and never before "reachable". What no answer brought is
 * reported when the verdict is known.
 */
export function openProgress(report: (step: VerifyStep) => void) {
  const startedAt = performance.now();
  const done = new Set<VerifyStep["step"]>();
  let waiting: Account | null = null;

  function send(step: VerifyStep): void {
    if (done.has(step.step)) return;
    done.add(step.step);
    report(step);
  }

  function reachable(version: string | null): void {
    send({ step: "reachable", version, elapsedMs: Math.round(performance.now() - startedAt) });
    if (waiting) send({ step: "account", account: waiting });
  }

  return {
    reachable,
    account(account: Account): void {
      waiting = account;
      if (done.has("reachable")) send({ step: "account", account });
    },
    finish({ account, scopes, expiry }: Accepted): void {
      reachable(null);
      send({ step: "account", account });
      send({ step: "scopes", scopes });
      send({ step: "expiry", expiry });
    },
  };
}
