/**
 * Keeps the page as wide as it was while a modal dialog hides its scrollbar (globals.css does the hiding), so that
 * nothing jumps. Returns what ends it.
 */
export function holdScroll(): () => void {
  const root = document.documentElement;
  const barWidth = window.innerWidth - root.clientWidth;
  if (barWidth <= 0) return () => {};
  root.style.paddingRight = `${barWidth}px`;
  return () => {
    root.style.paddingRight = "";
  };
}
