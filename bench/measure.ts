/**
 * The measurements, one after the other against a server that runs already, and the report. Whatever a figure is compared
 * with was measured in the same run: the ratios can be held against those of another machine, the rest cannot.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { env } from "../lib/env";
import { closeDatabase } from "../lib/prisma";
import { measureAdding } from "./adding";
import { measureChecks } from "./checks";
import type { Figure } from "./numbers";
import { measureScores, measureScripts } from "./page";
import { measureSealing } from "./sealing";
import { measureServerTime } from "./server-time";
import { addFirstHost, copyHosts, setStage } from "./stage";

const few = 20;
const many = 1000;

/** @param bench the folder of the bundled programs */
export async function measure(root: string, bench: string): Promise<void> {
  const url = env().publicUrl;
  const figures: Figure[] = [];
  const step = async (title: string, work: () => Promise<Figure[]>) => {
    const startedAt = performance.now();
    process.stdout.write(`${title} … `);
    figures.push(...(await work()));
    console.log(`${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  };
  const stage = await setStage();
  const { cookie } = stage;
  await addFirstHost(stage);
  await copyHosts(few);
  await step(`Server time with ${few} code hosts`, () => measureServerTime(url, cookie, few));
  await step("Adding tokens", () => measureAdding(url, stage));
  await step("JavaScript", () => measureScripts(url, cookie));
  await step("Lighthouse", () => measureScores(url, cookie));
  await step("Sealing", measureSealing);
  await step("Scheduled checks", () => measureChecks(bench));
  await copyHosts(many);
  await step(`Server time with ${many} code hosts`, () => measureServerTime(url, cookie, many));
  await closeDatabase();
  print(figures);
  await keep(root, figures);
}

function print(figures: readonly Figure[]): void {
  const rows = [["", "ratio", "to", "on this machine"], ...figures.map(cells)];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  console.log();
  for (const row of rows) {
    const [what = "", ratio = "", ...rest] = row;
    const line = [what.padEnd(widths[0] ?? 0), ratio.padStart(widths[1] ?? 0)];
    console.log([...line, ...rest.map((text, index) => text.padEnd(widths[index + 2] ?? 0))].join("   ").trimEnd());
  }
  const { model } = cpus()[0] ?? { model: "unknown processor" };
  console.log(`\nNode ${process.versions.node}, ${availableParallelism()} cores, ${model}.`);
}

function cells({ what, ratio, against, absolute }: Figure): string[] {
  return [what, ratio, against, absolute];
}

async function keep(root: string, figures: readonly Figure[]): Promise<void> {
  const folder = join(root, "bench/results");
  await mkdir(folder, { recursive: true });
  const at = new Date().toISOString();
  const file = join(folder, `${at.replaceAll(":", "-")}.json`);
  await writeFile(file, `${JSON.stringify({ at, node: process.versions.node, figures }, null, 2)}\n`);
}
