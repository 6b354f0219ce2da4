/** Signing in and out, and what is refused: wrong passwords, too many tries, foreign pages, ended sessions. */
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { query } from "./people";

async function fill(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function post(request: APIRequestContext, origin = "", body: Record<string, unknown>) {
  const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
  return await request.post("/api/auth/callback/credentials", {
    headers: { origin },
    data: { csrfToken, json: "true", ...body },
  });
}

test("people come back to the page that they wanted, and sign out", async ({ page, user, context }) => {
  await page.goto("/settings/sessions");
  await fill(page, user.email, user.password);
  await expect(page.getByRole("heading", { level: 1, name: "Sessions" })).toBeVisible();
  await expect(page.getByText("this one")).toBeVisible();
  const cookie = (await context.cookies()).find(({ name }) => name === "forgepass-session");
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });

  await page.getByRole("button", { name: user.name }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  // The token that was in the cookie is worth nothing any more.
  if (cookie) await context.addCookies([cookie]);
  await page.goto("/settings/sessions");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("a wrong password and an unknown user get the same words, and the password is typed again", async ({
  page,
  user,
}) => {
  await page.goto("/sign-in");
  const said = [];
  for (const email of [user.email, "nobody-at-all@example.com"]) {
    await fill(page, email, "not the right one");
    await expect(page.getByText(/do not match/)).toBeVisible();
    said.push(await page.getByRole("main").getByRole("alert").textContent());
    await expect(page.getByLabel("E-mail")).toHaveValue(email);
    await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
    await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
    await page.reload();
  }
  expect(said[0]).toBe(said[1]);
});

test("too many tries are refused with 429 and the time to wait, known user or not", async ({
  request,
  user,
  baseURL,
}) => {
  for (const email of [user.email, `unknown-${user.email}`]) {
    const statuses = [];
    for (let tries = 0; tries < 11; tries += 1) {
      const answer = await post(request, baseURL, { email, password: "not the right one" });
      statuses.push(answer.status());
      if (answer.status() === 429) expect(Number(answer.headers()["retry-after"])).toBeGreaterThan(60);
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
  }
  // The next specs come from the same address.
  await query(`DELETE FROM "RateLimit" WHERE key LIKE 'address%'`);
});

test("nothing on another site is gone to after signing in", async ({ browser, user, baseURL }) => {
  for (const evil of ["//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example"]) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`/sign-in?callbackUrl=${encodeURIComponent(evil)}`);
    await fill(page, user.email, user.password);
    await page.waitForURL("/");
    expect(new URL(page.url()).origin).toBe(baseURL);
    const { email, password } = user;
    const answer = await post(context.request, baseURL, { email, password, callbackUrl: evil });
    expect(await answer.json()).toEqual({ url: `${baseURL}/` });
    await context.close();
  }
});

test("next-auth answers what the portal uses, and nothing else", async ({ request, user, baseURL: origin }) => {
  for (const path of ["session", "signin", "signout", "error", "providers", "callback/credentials"]) {
    expect((await request.get(`/api/auth/${path}`)).status(), path).toBe(404);
  }
  const { email, password } = user;
  expect((await post(request, "https://evil.example", { email, password })).status()).toBe(403);
  expect((await post(request, origin, { email: { contains: "@" }, password })).status()).toBe(400);
  const noToken = await post(request, origin, { email, password, csrfToken: "x" });
  expect(noToken.headers()["set-cookie"] ?? "").not.toContain("forgepass-session");
});

test("a session that was ended elsewhere is refused with the next click", async ({ userPage, user, browser }) => {
  const other = await browser.newContext();
  const page = await other.newPage();
  await page.goto("/settings/sessions");
  await fill(page, user.email, user.password);
  await page.getByRole("button", { name: "End the other one" }).click();
  await expect(page.getByText("All other sessions are ended")).toBeVisible();
  await userPage.goto("/settings/profile");
  await expect(userPage.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await other.close();
});
