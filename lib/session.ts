import { cookies, headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import type { NextRequest } from "next/server";
import NextAuth, { type AuthOptions, getServerSession } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { cache } from "react";
import { z } from "zod";
import { endSession } from "./account/sessions";
import type { Actor } from "./authz";
import { authorise } from "./db";
import { env } from "./env";
import { deriveKey, keyring } from "./keyring";
import { describeError, log } from "./log";
import { safePath } from "./safe-path";
import { absoluteHours, findActor } from "./session-store";
import { signIn } from "./sign-in";

/**
 * Who is asking, read from the database in every request. The one place in lib that knows Next and next-auth: next-auth
 * keeps the cookie and its CSRF check; what would be a JWT is an opaque token of ours (see session-store.ts). Whatever is
 * odd about a session means not signed in; a database that does not answer is an error, not a sign-out.
 */
export type SignedInActor = Extract<Actor, { type: "user" }>;

const isHttps = () => env().publicUrl.startsWith("https:");
const cookieName = () => (isHttps() ? "__Host-forgepass-session" : "forgepass-session");

/** Who makes this request: a signed-in user or nobody. Once per request. */
export const currentActor = cache(async (): Promise<Actor> => {
  const ip = (await headers()).get("x-forgepass-ip");
  const session: unknown = await getServerSession(authOptions());
  if (session === null) return { type: "anonymous", ip };
  if (isUnavailable.safeParse(session).success) throw new Error("the database did not answer for the session");
  const parsed = liveSession.safeParse(session);
  return parsed.success ? { type: "user", ...parsed.data.user, ip } : { type: "anonymous", ip };
});

/** For pages: whoever is not signed in goes to the sign-in page, and from there back to where they wanted to go. */
export async function requireActor(): Promise<SignedInActor> {
  const actor = await currentActor();
  if (actor.type === "user") return actor;
  redirect(`/sign-in?callbackUrl=${encodeURIComponent(safePath(await wantedPath()))}`);
}

/** For admin pages: to everybody else they do not exist, and that they asked is in the audit log. */
export async function requireAdmin(): Promise<SignedInActor> {
  const actor = await requireActor();
  const permit = await authorise(actor, "user.manage", null, {
    type: "page",
    // Without what was searched for, which may be anything.
    label: (await wantedPath()).replace(/\?.*$/s, "").slice(0, 200),
  });
  if (!permit.ok) notFound();
  return actor;
}

/** Ends this request's session and takes its cookie away. For server actions. */
export async function endCurrentSession(): Promise<void> {
  const actor = await currentActor();
  if (actor.type === "user") await endSession(actor, { id: actor.sessionId });
  (await cookies()).set({ name: cookieName(), value: "", path: "/", maxAge: 0, httpOnly: true, secure: isHttps() });
}

/**
 * next-auth's own endpoints, those that we use: the CSRF token and signing in, by JSON. Too many tries are a
 * 429 and a missing database a 503, which next-auth cannot say itself.
 */
export async function handleAuthRequest(request: NextRequest, context: { params: Promise<{ nextauth: string[] }> }) {
  const wanted = `${request.method} ${(await context.params).nextauth.join("/")}`;
  if (!served.has(wanted)) return Response.json({ message: "There is nothing here." }, { status: 404 });
  if (request.method === "POST" && !submitted.safeParse(await readJson(request)).success) {
    return Response.json({ message: "Send the form as JSON, text only." }, { status: 400 });
  }
  const response: Response = await NextAuth(request, context, authOptions());
  if (response.status !== 401) return response;
  const reason = /[?&]error=(rate-limited|unavailable)(?:%3A(\d+))?/.exec(await response.clone().text());
  if (!reason) return response;
  const answer = new Response(response.body, { status: reason[2] ? 429 : 503, headers: response.headers });
  if (reason[2]) answer.headers.set("retry-after", reason[2]);
  return answer;
}

const submitted = z.record(z.string(), z.string());

async function readJson(request: Request): Promise<unknown> {
  if (!request.headers.get("content-type")?.startsWith("application/json")) return null;
  return await request
    .clone()
    .json()
    .catch(() => null);
}

const served = new Set(["GET csrf", "POST callback/credentials"]);

function authOptions(): AuthOptions {
  return {
    secret: env().authSecret ?? deriveKey(keyring().primary, "auth-secret").toString("base64url"),
    session: { strategy: "jwt", maxAge: absoluteHours * 3600 },
    useSecureCookies: isHttps(),
    cookies: {
      sessionToken: {
        name: cookieName(),
        options: { httpOnly: true, sameSite: "lax", path: "/", secure: isHttps() },
      },
    },
    pages: { signIn: "/sign-in", signOut: "/sign-in", error: "/sign-in" },
    providers: [credentials],
    jwt: {
      encode: async ({ token }) => String(token?.sessionToken ?? ""),
      decode: async ({ token }) => await readToken(token ?? ""),
    },
    callbacks: {
      jwt: ({ token, user }) => (user ? { sessionToken: (user as unknown as { token: string }).token } : token),
      session: ({ session, token }) =>
        token.isUnavailable
          ? { expires: session.expires, isUnavailable: true }
          : { expires: session.expires, user: token.user as object },
      redirect: ({ url }) =>
        `${env().publicUrl}${safePath(typeof url === "string" ? url.replace(env().publicUrl, "") : null)}`,
    },
    logger: {
      error: (code) => (code === "JWT_SESSION_ERROR" ? undefined : log().error({ code }, "next-auth failed")),
      warn: () => {},
      debug: () => {},
    },
  };
}

const credentials = Credentials({
  credentials: { email: { type: "email" }, password: { type: "password" } },
  async authorize(given, request) {
    const actor: Actor = { type: "anonymous", ip: text(request.headers?.["x-forgepass-ip"]) };
    const input = { email: given?.email, password: given?.password };
    // What is thrown here becomes the `error` of the answer: a code of ours, never an error's own message.
    const outcome = await signIn(actor, input, text(request.headers?.["user-agent"])).catch((error: unknown) => {
      log().error(describeError(error), "sign-in failed");
      throw new Error("unavailable");
    });
    if (outcome.ok) return { id: outcome.value.userId, token: outcome.value.token };
    if ("retryAfterSeconds" in outcome.error) throw new Error(`rate-limited:${outcome.error.retryAfterSeconds}`);
    return null;
  },
});

const liveSession = z.object({
  user: z.object({
    id: z.uuid(),
    email: z.string().min(1),
    name: z.string(),
    role: z.enum(["USER", "ADMIN"]),
    teams: z.array(z.object({ id: z.uuid(), role: z.enum(["MEMBER", "MAINTAINER"]) })),
    sessionId: z.uuid(),
  }),
});

const isUnavailable = z.object({ isUnavailable: z.literal(true) });

async function readToken(sessionToken: string) {
  try {
    const user = await findActor(sessionToken, null);
    return user && { sessionToken, user };
  } catch {
    return { sessionToken, isUnavailable: true };
  }
}

/** As the server's guard noted it, without the mark of Next's own requests for a page's parts. */
async function wantedPath(): Promise<string> {
  const path = (await headers()).get("x-forgepass-path") ?? "/";
  return path.replace(/([?&])_rsc=[^&]*&?/, "$1").replace(/[?&]$/, "");
}

function text(header: unknown): string | null {
  return typeof header === "string" ? header : null;
}
