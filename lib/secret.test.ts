import { readdirSync, readFileSync } from "node:fs";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Secret } from "./secret";

const canary = "ghp_canaryCANARYcanary0123456789abcdef";

describe("a secret", () => {
  const secret = new Secret(canary);

  it.each([
    ["a template", `${secret}`],
    ["a concatenation", `token ${secret.toString()}`],
    ["JSON", JSON.stringify({ deep: [{ secret }] })],
    ["inspect", inspect({ deep: { secret } }, { depth: 9, showHidden: true })],
    ["inspect of a class's fields", inspect(secret, { showHidden: true, customInspect: false })],
    ["an error's message", String(new Error(`refused ${secret}`).stack)],
    ["a spread", JSON.stringify({ ...secret })],
    ["its own keys", JSON.stringify(Reflect.ownKeys(secret))],
  ])("does not show in %s", (_where, printed) => {
    expect(printed).not.toContain(canary);
    expect(printed).not.toContain("canaryCANARY");
  });

  it("does not survive a structured clone", () => {
    expect(inspect(structuredClone(secret), { depth: 9, showHidden: true })).not.toContain("canaryCANARY");
  });

  it("is revealed by reveal alone, unchanged", () => {
    expect(secret.reveal()).toBe(canary);
  });

  it.each([
    [canary, "cdef"],
    ["0123456789abcdef", "cdef"],
    ["0123456789abcde", ""],
    ["", ""],
  ])("shows the last four of %j as %j, and nothing of what is too short", (raw, lastFour) => {
    expect(new Secret(raw).lastFour).toBe(lastFour);
  });
});

/** Whoever adds a file here has read it: the token goes to the seal, to the host's request, or to its recognition. */
const mayReveal = [
  /^lib\/seal\.ts$/,
  /^lib\/hosts\//,
  /^lib\/credentials\//,
  // To sign in to the mail server.
  /^lib\/mail\/smtp\.ts$/,
  // To sign with, and to be shown once.
  /^lib\/webhooks\/signing-secret\.ts$/,
  // The host key of a simulated host.
  /^bin\/demo\/ssh-server\.ts$/,
];

it("is revealed only in files of the list", () => {
  const root = new URL("..", import.meta.url).pathname;
  const revealing = ["app", "components", "lib", "bin"]
    .flatMap((folder) =>
      readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
    )
    .filter((name) => /\.(ts|tsx|mjs)$/.test(name) && !/\.test\.tsx?$|prisma-client|simulators|node_modules/.test(name))
    .filter((name) => readFileSync(`${root}${name}`, "utf8").includes(".reveal()"));
  expect(revealing).toContain("lib/seal.ts");
  expect(revealing.filter((name) => !mayReveal.some((allowed) => allowed.test(name)))).toEqual([]);
});
