/**
 * A Chromium for the browser tests: the one that is there, else from the system's packages, else Playwright's own.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "./refusal.mjs";
import { root } from "./root.mjs";

const usual = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Path of its program; $CHROMIUM, when set, is believed. Throws a Refusal when there is none and none can be installed. */
export async function findChromium() {
  const present = () => [process.env.CHROMIUM, ...usual].find((path) => path && existsSync(path));
  const own = async () => {
    const { chromium } = await import("@playwright/test");
    return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined;
  };
  const found = present() ?? (await own());
  if (found) return found;
  console.log("Installing Chromium for the browser tests.");
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    execute("apt-get", ["update", "-q"]);
    execute("apt-get", ["install", "-q", "-y", "--no-install-recommends", "chromium"]);
    if (present()) return present();
  }
  execute(process.execPath, [join(root, "node_modules/@playwright/test/cli.js"), "install", "chromium"]);
  const installed = await own();
  if (installed) return installed;
  throw new Refusal(
    "The browser tests need Chromium, and it could not be installed. Install it (on Debian: apt-get install chromium) or set CHROMIUM to its path.",
    1,
  );
}

function execute(command, args) {
  spawnSync(command, args, { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
}
