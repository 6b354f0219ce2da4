/*
 * The theme that a person forced, in a cookie, so that the server's first byte already has it: no flash, no script.
 * "system" is the absence of a choice.
 */

export type Theme = "system" | "light" | "dark";

/** The cookie's name; its value is "light" or "dark". */
export const themeCookie = "theme";
const rememberMs = 365 * 24 * 60 * 60 * 1000;

/** Reads the cookie's value; whatever it does not know is "system". */
export function parseTheme(value: string | undefined): Theme {
  return value === "light" || value === "dark" ? value : "system";
}

/** Applies a choice to this page and remembers it for a year in this browser. A browser without the cookie store (an
 * old one, or a portal served without TLS) keeps it for as long as the page is open. */
export async function chooseTheme(theme: Theme): Promise<void> {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  if (!("cookieStore" in window)) return;
  if (theme === "system") await window.cookieStore.delete(themeCookie);
  else {
    const expires = Date.now() + rememberMs;
    await window.cookieStore.set({ name: themeCookie, value: theme, path: "/", sameSite: "lax", expires });
  }
}
