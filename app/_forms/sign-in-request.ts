import { fail, ok, type Result } from "@/lib/result";

/**
 * Signs in through next-auth's own endpoint, which sets the cookie. Words are ours, by status: it says nothing about
 * which of the two was wrong.
 */
export async function requestSignIn(email: string, password: string): Promise<Result<null>> {
  const response = await send(email, password).catch(() => null);
  if (response?.ok) return ok(null);
  if (response?.status === 401) {
    return fail("forbidden", "That e-mail and password do not match. Check both and try again.");
  }
  if (response?.status === 429) {
    const minutes = Math.ceil(Number(response.headers.get("retry-after") ?? 60) / 60);
    return fail("rate-limited", `Too many tries. Try again in ${minutes <= 1 ? "a minute" : `${minutes} minutes`}.`);
  }
  return fail("unavailable", "The portal does not answer at the moment. Try again.");
}

async function send(email: string, password: string): Promise<Response | null> {
  const token = await fetch("/api/auth/csrf", { cache: "no-store" });
  const { csrfToken } = (await token.json()) as { csrfToken: string };
  const response = await fetch("/api/auth/callback/credentials", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password, csrfToken, json: "true" }),
  });
  if (!response.ok) return response;
  // A refused CSRF token is a 200 that leads back to the sign-in page.
  const { url } = (await response.json()) as { url?: string };
  return url && !url.includes("csrf=true") ? response : null;
}
