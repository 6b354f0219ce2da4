import { createHash } from "node:crypto";
import ipaddr from "ipaddr.js";
import pg from "pg";
import { RateLimiterMemory, RateLimiterPostgres, type RateLimiterRes } from "rate-limiter-flexible";
import { env } from "./env";
import { type Failure, fail, ok, type Result } from "./result";

/**
 * Brute force is limited per account and per address, and so is how much of it gets into the audit log; in Postgres, so
 * that every instance counts the same. A try is counted before it is looked at: many at once do not slip through. While
 * the database does not answer, this process counts by itself.
 */
export const accountTries = 10;
export const addressTries = 50;
/** Of one person, or of one address that nobody is signed in at. */
export const denialsWritten = 200;
const windowSeconds = 15 * 60;

export interface TooManyTries extends Failure {
  code: "rate-limited";
  retryAfterSeconds: number;
  /** The try that reached the limit, not one of those after it. */
  isFirst: boolean;
}

interface Limits {
  pool: pg.Pool;
  account: RateLimiterPostgres;
  address: RateLimiterPostgres;
  denial: RateLimiterPostgres;
}

const holder = globalThis as typeof globalThis & { forgepassRateLimits?: Limits };

function limits(): Limits {
  holder.forgepassRateLimits ??= openLimits();
  return holder.forgepassRateLimits;
}

function openLimits(): Limits {
  const pool = new pg.Pool({
    connectionString: env().databaseUrl,
    max: 3,
    connectionTimeoutMillis: 3000,
    query_timeout: 3000,
    allowExitOnIdle: true,
  });
  // Without a listener, a connection that ends while idle would end the process.
  pool.on("error", () => {});
  const limiter = (keyPrefix: string, points: number) =>
    new RateLimiterPostgres({
      storeClient: pool,
      storeType: "pool",
      tableName: "RateLimit",
      tableCreated: true,
      keyPrefix,
      points,
      duration: windowSeconds,
      insuranceLimiter: new RateLimiterMemory({ keyPrefix, points, duration: windowSeconds }),
    });
  return {
    pool,
    account: limiter("account", accountTries),
    address: limiter("address", addressTries),
    denial: limiter("denial", denialsWritten),
  };
}

/** Counts a try with a password of this account, from this address. */
export async function countTry(email: string | null, ip: string | null): Promise<Result<null, TooManyTries>> {
  const { account, address } = limits();
  const refusals = await Promise.all([
    refusal(address, addressKey(ip)),
    email === null ? null : refusal(account, accountKey(email)),
  ]);
  const worst = refusals.filter((one) => one !== null).sort((a, b) => b.retryAfterSeconds - a.retryAfterSeconds)[0];
  return worst ? { ok: false, error: worst } : ok(null);
}

/** The password was right: the account starts anew, and the address gets its try back. */
export async function forgetTries(email: string | null, ip: string | null): Promise<void> {
  const { account, address } = limits();
  await Promise.all([email === null ? null : account.delete(accountKey(email)), address.reward(addressKey(ip))]);
}

/**
 * Counts a denial, which whoever asks can cause as often as they like.
 * @returns write: it goes into the audit log. last: it does, and those after it in this quarter of an hour do not. drop.
 */
export async function countDenial(who: { userId: string } | { ip: string | null }): Promise<"write" | "last" | "drop"> {
  const { denial } = limits();
  try {
    await denial.consume("userId" in who ? `user:${who.userId}` : addressKey(who.ip));
    return "write";
  } catch (reached) {
    if (!isReached(reached)) throw reached;
    return reached.consumedPoints === denial.points + 1 ? "last" : "drop";
  }
}

async function refusal(limiter: RateLimiterPostgres, key: string): Promise<TooManyTries | null> {
  try {
    await limiter.consume(key);
    return null;
  } catch (reached) {
    if (!isReached(reached)) throw reached;
    const retryAfterSeconds = Math.max(1, Math.ceil(reached.msBeforeNext / 1000));
    const { error } = fail("rate-limited", `Too many tries. Try again in ${inMinutes(retryAfterSeconds)}.`);
    return {
      ...error,
      code: "rate-limited",
      retryAfterSeconds,
      isFirst: reached.consumedPoints === limiter.points + 1,
    };
  }
}

/** Not by its class: bundled, the package may be there twice. */
function isReached(thrown: unknown): thrown is Pick<RateLimiterRes, "msBeforeNext" | "consumedPoints"> {
  return typeof thrown === "object" && thrown !== null && "msBeforeNext" in thrown && "consumedPoints" in thrown;
}

function inMinutes(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 1 ? "a minute" : `${minutes} minutes`;
}

function accountKey(email: string): string {
  return createHash("sha256").update(email.toLowerCase()).digest("hex");
}

/** One home or office has a whole /64 of IPv6, so that is what counts as one address. */
function addressKey(ip: string | null): string {
  if (!ip || !ipaddr.isValid(ip)) return "unknown";
  const parsed = ipaddr.process(ip);
  if (parsed.kind() === "ipv4") return parsed.toString();
  return `${parsed
    .toByteArray()
    .slice(0, 8)
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("")}/64`;
}

export async function closeRateLimits(): Promise<void> {
  await holder.forgepassRateLimits?.pool.end();
  holder.forgepassRateLimits = undefined;
}
