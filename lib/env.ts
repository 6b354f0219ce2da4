import { isAbsolute, resolve } from "node:path";
import { z } from "zod";
import { parseNetworks } from "./hosts/networks";

/**
 * The only reader of process.env. Every setting has a default except the database, which bin/start provides.
 * A value that makes no sense throws ConfigurationError, naming the variable and the remedy, before anything is opened.
 */
export class ConfigurationError extends Error {
  constructor(
    readonly variable: string,
    remedy: string,
  ) {
    super(`${variable}: ${remedy}`);
    this.name = "ConfigurationError";
  }
}

const settings = z.object({
  PORT: z.coerce.number({ error: "set a port number from 1 to 65535" }).int().min(1).max(65535).default(3000),
  HOST: z.string().min(1).default("127.0.0.1"),
  AUTH_URL: z
    .url({ protocol: /^https?$/, error: "set the address that people open, such as https://forgepass.example.com" })
    .refine((url) => !URL.canParse(url) || new URL(url).pathname === "/", {
      error: "leave out the path; the portal runs at the root of its host",
    })
    .optional(),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: "set a URL that begins with postgresql://, or leave it out" })
    .optional(),
  DATA_DIR: z.string().min(1).default("data"),
  KEYRING_FILE: z.string().min(1).optional(),
  AUTH_SECRET: z.string().min(32, "use at least 32 characters, or leave it out").optional(),
  FORGEPASS_ALLOWED_NETWORKS: z.string().default(""),
  TRUSTED_PROXIES: z.string().default(""),
  FORGEPASS_JOBS: z
    .enum(["here", "elsewhere"], {
      error: "use here, or elsewhere where npm run worker does the background work",
    })
    .default("here"),
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "silent"], {
      error: "use one of fatal, error, warn, info, debug, silent",
    })
    .default("info"),
});

export interface Env {
  port: number;
  host: string;
  /** Origin that people open; every link is made from it. No trailing slash. */
  publicUrl: string;
  databaseUrl: string;
  dataDir: string;
  keyringFile: string;
  authSecret: string | null;
  /** CIDR networks that code hosts may be in though not public. */
  allowedNetworks: string[];
  /** CIDR networks of reverse proxies whose X-Forwarded-For is believed. */
  trustedProxies: string[];
  /** Is background work done in the server process, or only by workers of their own? */
  jobs: "here" | "elsewhere";
  logLevel: string;
}

/** Empty variables count as unset. Throws ConfigurationError. */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = settings.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigurationError(String(issue?.path[0] ?? "environment"), issue?.message ?? "not valid");
  }
  const value = parsed.data;
  if (!value.DATABASE_URL) {
    throw new ConfigurationError("DATABASE_URL", "set the PostgreSQL to use, or run npm start, which brings its own");
  }
  const dataDir = resolve(value.DATA_DIR);
  const keyringFile = value.KEYRING_FILE ?? resolve(dataDir, "keyring.json");
  if (!isAbsolute(keyringFile)) throw new ConfigurationError("KEYRING_FILE", "set an absolute path");
  return {
    port: value.PORT,
    host: value.HOST,
    publicUrl: new URL(value.AUTH_URL ?? `http://localhost:${value.PORT}`).origin,
    databaseUrl: value.DATABASE_URL,
    dataDir,
    keyringFile,
    authSecret: value.AUTH_SECRET ?? null,
    allowedNetworks: list(value.FORGEPASS_ALLOWED_NETWORKS, "FORGEPASS_ALLOWED_NETWORKS"),
    trustedProxies: list(value.TRUSTED_PROXIES, "TRUSTED_PROXIES"),
    jobs: value.FORGEPASS_JOBS,
    logLevel: value.LOG_LEVEL,
  };
}

function list(text: string, variable: string): string[] {
  const networks = parseNetworks(text.split(/[\s,]+/).join(","));
  if (typeof networks === "string") throw new ConfigurationError(variable, networks);
  return [...networks];
}

let current: Env | undefined;

/** The process's settings, read once. */
export function env(): Env {
  current ??= readEnv();
  return current;
}
