import { describe, expect, it } from "vitest";
import type { RefusalReason, Verdict } from "../hosts/adapter";
import { afterAnswer } from "./breaker";

const now = new Date("2026-11-23T12:00:00Z");

function refusal(reason: RefusalReason, retryAt: Date | null = null): Verdict {
  return { ok: false, reason, message: `It is ${reason}.`, hostSaid: null, url: null, retryAt };
}

const minutes = (pause: ReturnType<typeof afterAnswer>) =>
  pause?.pausedUntil ? (pause.pausedUntil.getTime() - now.getTime()) / 60_000 : null;

describe("a code host is left in peace", () => {
  it("after five checks in a row without an answer, longer after each trial that fails", () => {
    const pauses: (number | null)[] = [];
    let troubles = 0;
    for (let count = 0; count < 10; count++) {
      const pause = afterAnswer({ troubles }, refusal(count % 2 ? "unreachable" : "unexpected"), now);
      troubles = pause?.troubles ?? 0;
      pauses.push(minutes(pause));
    }
    expect(pauses).toEqual([null, null, null, null, 1, 5, 15, 60, 60, 60]);
  });

  it.each<RefusalReason>(["rejected", "expired", "revoked", "blocked", "sso-required", "insufficient-scope"])(
    "not for %s, which is an answer and ends the count",
    (reason) => {
      expect(afterAnswer({ troubles: 4 }, refusal(reason), now)).toEqual({
        troubles: 0,
        pausedUntil: null,
        pauseReason: null,
      });
      expect(afterAnswer({ troubles: 0 }, refusal(reason), now)).toBeNull();
    },
  );

  it("until its limit ends, within reason", () => {
    const until = (ms: number) => refusal("rate-limited", new Date(now.getTime() + ms));
    expect(minutes(afterAnswer({ troubles: 0 }, until(90 * 60_000), now))).toBe(90);
    expect(minutes(afterAnswer({ troubles: 0 }, until(1000), now))).toBe(1);
    expect(minutes(afterAnswer({ troubles: 0 }, until(-1000), now))).toBe(1);
    expect(minutes(afterAnswer({ troubles: 0 }, until(1e12), now))).toBe(24 * 60);
    expect(minutes(afterAnswer({ troubles: 2 }, refusal("rate-limited"), now))).toBe(15);
    expect(afterAnswer({ troubles: 2 }, refusal("rate-limited"), now)?.troubles).toBe(2);
  });
});
