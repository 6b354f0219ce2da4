import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { type Figure, median, times } from "./numbers";

/** The credentials page in a real Chromium: the JavaScript that it loads, and Lighthouse's scores. */
const path = "/settings/credentials";
const lighthouseRuns = 3;
const lighthouseLimitMs = 60_000;
const categories = ["performance", "accessibility", "best-practices", "seo"] as const;

const isRoot = process.getuid?.() === 0;
const flags = [
  ...(isRoot ? ["--no-sandbox"] : []),
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function chromiumPath(): string {
  const own = process.env.CHROME_PATH || "/usr/bin/chromium";
  return existsSync(own) ? own : chromium.executablePath();
}

/** Against the not-found page, which is the framework and the frame alone. */
export async function measureScripts(url: string, cookie: string): Promise<Figure[]> {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: flags });
  try {
    const load = async (address: string) => {
      const context = await browser.newContext();
      const [name = "", value = ""] = cookie.split("=");
      await context.addCookies([{ name, value, url }]);
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      const scripts = new Map<string, { transferred: number; decoded: number }>();
      await session.send("Network.enable");
      session.on("Network.responseReceived", ({ requestId, type }) => {
        if (type === "Script") scripts.set(requestId, { transferred: 0, decoded: 0 });
      });
      session.on("Network.dataReceived", ({ requestId, dataLength }) => {
        const script = scripts.get(requestId);
        if (script) script.decoded += dataLength;
      });
      session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
        const script = scripts.get(requestId);
        if (script) script.transferred = encodedDataLength;
      });
      await page.goto(url + address, { waitUntil: "networkidle" });
      await context.close();
      const all = [...scripts.values()];
      const sum = (key: "transferred" | "decoded") => all.reduce((total, script) => total + script[key], 0) / 1024;
      return { files: all.length, transferred: sum("transferred"), decoded: sum("decoded") };
    };
    const floor = await load("/there-is-no-such-page");
    const page = await load(path);
    const line = (key: "transferred" | "decoded"): Figure => ({
      what: `JavaScript of the credentials page, ${key}`,
      ratio: times(page[key], floor[key]),
      against: `the not-found page, ${floor[key].toFixed(1)} kB`,
      absolute: `${page[key].toFixed(1)} kB in ${page.files} files`,
    });
    return [line("transferred"), line("decoded")];
  } finally {
    await browser.close();
  }
}

/** Scores are of 100 and made to be compared; the performance score still depends on the machine. */
export async function measureScores(url: string, cookie: string): Promise<Figure[]> {
  const scores = Object.fromEntries(categories.map((name) => [name, [] as number[]]));
  const end = Date.now() + lighthouseLimitMs;
  let runs = 0;
  for (; runs < lighthouseRuns && (Date.now() < end || runs === 0); runs++) {
    const chrome = await launch({ chromePath: chromiumPath(), chromeFlags: ["--headless=new", ...flags] });
    try {
      const result = await lighthouse(url + path, {
        port: chrome.port,
        extraHeaders: { Cookie: cookie },
        onlyCategories: [...categories],
        logLevel: "error",
      });
      const { finalDisplayedUrl, runtimeError, categories: found } = result?.lhr ?? {};
      if (runtimeError || new URL(finalDisplayedUrl ?? url).pathname !== path) {
        throw new Error(`Lighthouse did not reach the page: ${runtimeError?.message ?? finalDisplayedUrl}`);
      }
      for (const name of categories) scores[name]?.push(100 * (found?.[name]?.score ?? Number.NaN));
    } finally {
      chrome.kill();
    }
  }
  return categories.map((name) => ({
    what: `Lighthouse: ${name}`,
    ratio: `${Math.round(median(scores[name] ?? []))} / 100`,
    against: `the best score, ${runs === 1 ? "one run" : `median of ${runs} runs`}`,
    absolute: "",
  }));
}
