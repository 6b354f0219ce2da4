/*
 * Gives the focus back to where it was before something modal opened. When the opener is gone by then (a row that
 * changed its button, a removed row), the focus goes to the row it stood in, else to the page's content: never to
 * nowhere.
 */

const watchMs = 3000;

/** Call when opening; call what it returns after closing. */
export function rememberFocus(): () => void {
  const opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  const home = opener?.closest<HTMLElement>("[data-focus-home]") ?? null;

  function settle() {
    const nearby = home ? [...home.querySelectorAll<HTMLElement>("button:enabled")] : [];
    const place = [opener, ...nearby, home].find(
      (at) => at?.isConnected && at !== document.body && at.checkVisibility(),
    );
    (place ?? document.getElementById("content"))?.focus({ preventScroll: place !== undefined });
  }

  return () => {
    settle();
    // What was done in the dialog may replace the opener only when the server's answer is drawn.
    const observer = new MutationObserver(() => {
      if (document.activeElement === document.body) settle();
    });
    observer.observe(document.body, { childList: true, subtree: true });
    setTimeout(() => observer.disconnect(), watchMs);
  };
}
