import { defineConfig, devices } from "@playwright/test";

/** Root cannot use Chromium's sandbox; and the browser is to talk to nobody but the portal. */
const args = [
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/global-setup.ts",
  outputDir: "test-results",
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: "list",
  use: {
    // Known in the workers, which start after the set-up.
    baseURL: process.env.PORTAL_URL,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: { args, executablePath: process.env.CHROMIUM || "/usr/bin/chromium" },
  },
  projects: [
    // A fresh portal has no admin; every other spec makes some.
    { name: "set-up", testMatch: "set-up.spec.ts", use: { ...devices["Desktop Chrome"] } },
    { name: "chromium", testIgnore: "set-up.spec.ts", dependencies: ["set-up"], use: { ...devices["Desktop Chrome"] } },
  ],
});
