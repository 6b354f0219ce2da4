import { describe, expect, it } from "vitest";
import { findCurrent, type NavGroup } from "./nav";

const groups: NavGroup[] = [
  { items: ["/", "/settings", "/settings/credentials"].map((href) => ({ label: href, href, icon: "home" as const })) },
];

describe("the current entry", () => {
  it.each([
    ["/", "/"],
    ["/settings/credentials", "/settings/credentials"],
    ["/settings/credentials/x", "/settings/credentials"],
    ["/settings/account", "/settings"],
    ["/settingsfoo", undefined],
    ["/elsewhere", undefined],
  ])("of %s is %s", (pathname, href) => {
    expect(findCurrent(pathname, groups)).toBe(href);
  });
});
