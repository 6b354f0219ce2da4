/**
 * A long step as one line that shows it is alive; its output is shown only when it fails.
 */
import { spawn } from "node:child_process";
import { Refusal } from "./refusal.mjs";
import { root } from "./root.mjs";

/** Runs Node with these arguments in the project's folder. Throws a Refusal that ends with what the program said. */
export async function runStep(title, args, env = {}) {
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const isTerminal = process.stdout.isTTY;
  if (!isTerminal) console.log(`${title} …`);
  const ticker = setInterval(
    () => {
      if (isTerminal) process.stdout.write(`\r${title} … ${seconds()}`);
      else console.log(`  still at it after ${seconds()}`);
    },
    isTerminal ? 200 : 15_000,
  );
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stopChild = () => child.kill();
  process.once("exit", stopChild);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const code = await new Promise((done) => child.on("error", (error) => done(error.message)).on("close", done));
  clearInterval(ticker);
  process.off("exit", stopChild);
  if (isTerminal) process.stdout.write("\r\x1b[K");
  if (code !== 0) throw new Refusal(`${title} failed.\n${output.trim()}`, 1);
  console.log(`${title}: done in ${seconds()}.`);
}
