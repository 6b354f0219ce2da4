import { describe, expect, it } from "vitest";
import type { Sunset, SunsetFacts } from "../hosts/adapter";
import { judgeStale, RETIRES_SOON_DAYS, type StaleFacts } from "./judge-stale";

const now = new Date("2026-11-22T12:00:00Z");
const ago = (days: number) => new Date(now.getTime() - days * 86_400_000);

function facts(more: Partial<StaleFacts> = {}): StaleFacts {
  return {
    baseUrl: "https://git.example.com",
    type: "personal",
    prefix: "",
    fields: {},
    notes: [],
    enteredAt: ago(10),
    expiresAt: null,
    outcome: "valid",
    rejectedAt: null,
    lastUsedAt: null,
    hostLastUsedAt: null,
    ownerDisabledAt: null,
    ...more,
  };
}

function rule(endsAt: Sunset["endsAt"], more: Partial<Sunset> = {}): Sunset {
  return { id: "rule", rule: "It ends.", instead: "Use another.", source: "https://x", readOn: "", endsAt, ...more };
}

const reasons = (one: StaleFacts, sunsets: Sunset[] = [], days: number | null = 90) =>
  judgeStale(one, sunsets, days, now).reasons.map(({ reason, since }) => [reason, since]);

describe("stale is", () => {
  it.each<[string, Partial<StaleFacts>, [string, Date][]]>([
    ["not what was entered lately and works", {}, []],
    ["what has ended, from its end", { expiresAt: ago(3) }, [["expired", ago(3)]]],
    ["what ends this moment", { expiresAt: now }, [["expired", now]]],
    ["not what ends later", { expiresAt: ago(-1) }, []],
    ["what was rejected twice", { outcome: "rejected", rejectedAt: ago(2) }, [["rejected", ago(2)]]],
    ["not what was rejected once", { outcome: "rejected" }, []],
    ["expired, where the host says that", { outcome: "expired", rejectedAt: ago(2) }, [["expired", ago(2)]]],
    [
      "expired and not rejected too",
      { expiresAt: ago(3), outcome: "rejected", rejectedAt: ago(2) },
      [["expired", ago(3)]],
    ],
    ["what nobody used since it was entered", { enteredAt: ago(100) }, [["unused", ago(10)]]],
    ["not what was used since", { enteredAt: ago(100), lastUsedAt: ago(89) }, []],
    ["unused from its last use", { enteredAt: ago(400), lastUsedAt: ago(95) }, [["unused", ago(5)]]],
    ["not what was entered anew after its last use", { enteredAt: ago(10), lastUsedAt: ago(200) }, []],
    ["unused, whatever the host saw", { enteredAt: ago(100), hostLastUsedAt: ago(1) }, [["unused", ago(10)]]],
    ["what its owner left behind", { ownerDisabledAt: ago(7) }, [["owner-left", ago(7)]]],
    [
      "several things at once, the longest standing first",
      { ownerDisabledAt: ago(7), expiresAt: ago(3), enteredAt: ago(100) },
      [
        ["unused", ago(10)],
        ["owner-left", ago(7)],
        ["expired", ago(3)],
      ],
    ],
  ])("%s", (_title, more, expected) => {
    expect(reasons(facts(more))).toEqual(expected);
  });

  it("never unused where admins switched that off", () => {
    expect(reasons(facts({ enteredAt: ago(1000) }), [], null)).toEqual([]);
  });
});

describe("what the host retires", () => {
  it.each([
    ["from ninety days before", ago(-RETIRES_SOON_DAYS), true],
    ["not sooner", ago(-RETIRES_SOON_DAYS - 1), false],
    ["and after", ago(40), true],
  ])("is stale %s", (_when, endsAt, isStale) => {
    const { reasons, concerns } = judgeStale(facts(), [rule(() => endsAt)], 90, now);
    expect(reasons.map(({ reason, since }) => [reason, since])).toEqual(isStale ? [["retired", endsAt]] : []);
    expect(concerns).toMatchObject([{ endsAt }]);
  });

  it("is not stale by a rule that only may concern it, and is told", () => {
    const judged = judgeStale(facts(), [rule(() => ago(1), { isUncertain: true })], 90, now);
    expect(judged.reasons).toEqual([]);
    expect(judged.concerns).toHaveLength(1);
  });

  it("is judged by the latest use that is known, ours or the host's", () => {
    const asked: SunsetFacts[] = [];
    const look = rule((one) => {
      asked.push(one);
      return null;
    });
    for (const [ours, hosts] of [
      [ago(3), ago(5)],
      [ago(5), ago(3)],
      [null, ago(3)],
      [ago(3), null],
    ] as const) {
      judgeStale(facts({ lastUsedAt: ours, hostLastUsedAt: hosts }), [look], 90, now);
    }
    judgeStale(facts(), [look], 90, now);
    expect(asked.map(({ lastUsedAt }) => lastUsedAt)).toEqual([ago(3), ago(3), ago(3), ago(3), null]);
  });
});
