import { cx } from "./cx";

/** The product's mark: a pass on a ring, that is also a key. Decorative beside the name. */
export function Mark({ className = "size-6" }: { className?: string }) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={cx("text-accent shrink-0", className)}
    >
      <path d="M3.5 6.5h11a2 2 0 0 1 1.7 1h3.3a1 1 0 0 1 1 1v3l-4 2.5-1.6 4H7.5v-3a5 5 0 0 1-4-5z" />
      <circle cx="9" cy="10.5" r="1.6" />
    </svg>
  );
}
