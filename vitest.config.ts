import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));

export default defineConfig({
  resolve: {
    alias: [{ find: /^@\//, replacement: root }],
  },
  // The build's own; tests have no style sheets.
  css: { postcss: { plugins: [] } },
  test: {
    environment: "node",
    include: ["{app,bench,bin,components,lib}/**/*.test.{ts,tsx}", "*.test.ts"],
    globalSetup: "lib/testing/postgres-setup.ts",
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    unstubEnvs: true,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  },
});
