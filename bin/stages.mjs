/**
 * The stages that check and test are made of. Each runs one program, lets its output through, and tells how many tests
 * passed and failed; a program without tests that fails counts as one failure.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./root.mjs";

/** Runs Node in the project's folder; resolves to its exit code. */
function run(args, env = {}) {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: "inherit" });
  return new Promise((done) => child.on("error", () => done(1)).on("close", (code) => done(code ?? 1)));
}

const tool = (path) => join(root, "node_modules", path);

async function plain(args, env) {
  return { passed: 0, failed: (await run(args, env)) === 0 ? 0 : 1 };
}

export const lint = () => plain([tool("@biomejs/biome/bin/biome"), "check", "--error-on-warnings", "."]);

export async function types() {
  // Next declares what its pages may import in files that git does not hold.
  if (!existsSync(join(root, "next-env.d.ts"))) await run([tool("next/dist/bin/next"), "typegen"]);
  return plain([tool("typescript/bin/tsc"), "--noEmit"]);
}

/** @param without folders whose tests are left out */
export const unitTests = (without = []) =>
  counted(
    (file) =>
      run([
        tool("vitest/vitest.mjs"),
        "run",
        ...without.flatMap((folder) => ["--exclude", `${folder}/**`]),
        "--reporter=default",
        "--reporter=json",
        `--outputFile=${file}`,
      ]),
    (report) => ({
      passed: report.numPassedTests,
      // A file that does not load has no tests to fail.
      failed: report.numFailedTests + report.testResults.filter(isBroken).length,
    }),
  );

const isBroken = ({ status, assertionResults }) =>
  status === "failed" && !assertionResults.some((result) => result.status === "failed");

export const browserTests = (env = {}) =>
  counted(
    (file) =>
      run([tool("@playwright/test/cli.js"), "test", "--reporter=list,json"], {
        ...env,
        PLAYWRIGHT_JSON_OUTPUT_NAME: file,
      }),
    ({ stats }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky }),
  );

/** Nothing run at all is a failure, and so is a program that failed for a reason which its report does not tell. */
async function counted(start, count) {
  const folder = mkdtempSync(join(tmpdir(), "forgepass-report-"));
  try {
    const file = join(folder, "report.json");
    const code = await start(file);
    const { passed, failed } = existsSync(file)
      ? count(JSON.parse(readFileSync(file, "utf8")))
      : { passed: 0, failed: 0 };
    const isUntold = failed === 0 && (code !== 0 || passed === 0);
    return { passed, failed: failed + (isUntold ? 1 : 0) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the stages in order, all of them whatever fails, and ends with the one line that counts. */
export async function runStages(stages) {
  let passed = 0;
  let failed = 0;
  const troubled = [];
  for (const [title, stage] of Object.entries(stages)) {
    console.log(`\n== ${title}`);
    const outcome = await stage().catch((error) => {
      console.error(error.name === "Refusal" ? error.message : error);
      return { passed: 0, failed: 1 };
    });
    passed += outcome.passed;
    failed += outcome.failed;
    if (outcome.failed > 0) troubled.push(title);
  }
  if (troubled.length > 0) console.log(`\nLook at: ${troubled.join(", ")}.`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
