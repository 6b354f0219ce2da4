import { cx } from "./cx";

/** The initials of a name in a circle. Decorative: the name stands beside it. */
export function Avatar({ name, className = "size-7" }: { name: string; className?: string }) {
  const parts = name.trim().split(/\s+/);
  const initials = [parts[0], parts.length > 1 ? parts.at(-1) : ""].map((part) => [...(part ?? "")][0] ?? "").join("");
  return (
    <span
      aria-hidden
      className={cx(
        "bg-subtle border-line text-muted flex shrink-0 items-center justify-center rounded-[999px] border text-xs font-semibold uppercase",
        className,
      )}
    >
      {initials || "?"}
    </span>
  );
}
