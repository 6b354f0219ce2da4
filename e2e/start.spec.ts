import { expect, test } from "./fixtures";

test("the portal is ready, and a stranger is asked to sign in", async ({ page, request }) => {
  expect(await (await request.get("/readyz")).json()).toMatchObject({ ready: true });
  await page.goto("/settings/credentials");
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=%2Fsettings%2Fcredentials$/);
});

test("every page and every failure carries the security headers", async ({ request }) => {
  for (const path of ["/sign-in", "/nothing-here", "/api/nothing-here", "/healthz"]) {
    const headers = (await request.get(path)).headers();
    expect(headers["content-security-policy"], path).toContain("frame-ancestors 'none'");
    expect(headers["x-frame-options"], path).toBe("DENY");
    expect(headers["cache-control"], path).toBe("no-store");
  }
});

test("no script or style is blocked by the portal's own policy", async ({ userPage }) => {
  const violations: string[] = [];
  userPage.on("console", (message) => {
    if (/content security policy/i.test(message.text())) violations.push(message.text());
  });
  await userPage.goto("/settings/credentials");
  await expect(userPage.getByRole("heading", { level: 1 })).toBeVisible();
  expect(violations).toEqual([]);
});

test("an address under another host name leads to none of its links", async ({ request, baseURL }) => {
  const answer = await request.get("/settings/credentials", { headers: { host: "evil.example" }, maxRedirects: 0 });
  expect(answer.status()).toBe(307);
  expect(new URL(answer.headers().location ?? "", baseURL).origin).toBe(baseURL);
  expect(await answer.text()).not.toContain("evil.example");
});
