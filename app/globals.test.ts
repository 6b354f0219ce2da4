/*
 * Holds the palette to its promise: whatever text colour the components put on a ground can be read (WCAG AA, 4.5:1),
 * and what only marks a state or a control's edge can be seen (3:1), in light and in dark.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("./globals.css", import.meta.url), "utf8");
const tokens = new Map(
  [...css.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map((m) => [
    m[1],
    { light: m[2] ?? "", dark: m[3] ?? "" },
  ]),
);

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(front: string, back: string, theme: "light" | "dark"): number {
  const pair = [front, back].map((name) => {
    const token = tokens.get(name);
    if (!token) throw new Error(`no such token: ${name}`);
    return luminance(token[theme]);
  });
  return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
}

const surfaces = ["ground", "panel", "raised", "subtle"];
const read: [string, string][] = [
  ...["ink", "muted", "ok", "warn", "bad", "off", "accent-ink"].flatMap((t) =>
    surfaces.map((s): [string, string] => [t, s]),
  ),
  ...["ok", "warn", "bad", "off"].flatMap((t): [string, string][] => [
    [t, `${t}-ground`],
    ["ink", `${t}-ground`],
    ["muted", `${t}-ground`],
  ]),
  ["accent-ink", "accent-ground"],
  ["on-ink", "ink"],
  ["on-ink", "ink-hover"],
  ["on-danger", "danger"],
  ["on-danger", "danger-hover"],
];
const seen: [string, string][] = ["accent", "edge"].flatMap((t) => surfaces.map((s): [string, string] => [t, s]));

describe.each(["light", "dark"] as const)("the %s palette", (theme) => {
  it.each(read)("%s can be read on %s", (front, back) => {
    expect(contrast(front, back, theme)).toBeGreaterThanOrEqual(4.5);
  });
  it.each(seen)("%s can be seen on %s", (front, back) => {
    expect(contrast(front, back, theme)).toBeGreaterThanOrEqual(3);
  });
});
