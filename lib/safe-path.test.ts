import { describe, expect, it } from "vitest";
import { safePath, startPage } from "./safe-path";

describe("where to go after signing in", () => {
  it.each([
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/%09/\t//evil.example\n",
    "https:evil.example",
    "https://evil.example/settings",
    "http://localhost:3000/settings",
    "javascript:alert(1)",
    "data:text/html,x",
    "settings/profile",
    " /settings/profile",
    "/..//evil.example",
    "/./\\evil.example",
    "/api/auth/signout",
    "/sign-in?callbackUrl=%2F",
    "/setup?token=x",
    "/",
    "",
    `/${"a".repeat(3000)}`,
    undefined,
    null,
    ["/settings"],
    { toString: () => "/settings" },
  ])("is never %j", (wanted) => {
    expect(safePath(wanted)).toBe(startPage);
  });

  it.each([
    "/settings/profile",
    "/admin/users?q=a%2Fb&after=1",
    "/admin/audit#top",
    "/settings/credentials?q=https://x",
  ])("may be %s", (wanted) => {
    expect(safePath(wanted)).toBe(wanted);
  });
});
