import type { Accepted, Account, VerifyStep } from "../adapter";
import type { Told } from "./told";

/**
 * Reports each step of a verification once, as it is answered, and never before "reachable". What no answer brought is
 * reported when the verdict is known.
 */
export function openProgress(report: (step: VerifyStep) => void) {
  const startedAt = performance.now();
  const waiting: VerifyStep[] = [];
  const done = new Set<VerifyStep["step"]>();

  let isClosed = false;

  function send(step: VerifyStep): void {
    if (isClosed || done.has(step.step)) return;
    done.add(step.step);
    report(step);
  }

  function tell(step: VerifyStep): void {
    if (done.has("reachable")) send(step);
    else waiting.push(step);
  }

  function reachable(version: string | null): void {
    send({ step: "reachable", version, elapsedMs: Math.round(performance.now() - startedAt) });
    for (const step of waiting.splice(0)) send(step);
  }

  return {
    reachable,
    account: (account: Account) => tell({ step: "account", account }),
    told({ scopes, expiry }: Told): void {
      tell({ step: "scopes", scopes });
      tell({ step: "expiry", expiry });
    },
    /** Nothing is reported any more: a late answer must not follow the verdict. */
    close(): void {
      isClosed = true;
    },
    finish({ account, scopes, expiry }: Accepted): void {
      reachable(null);
      send({ step: "account", account });
      send({ step: "scopes", scopes });
      send({ step: "expiry", expiry });
    },
  };
}
