import { cx } from "./cx";

/** The product's mark: an anvil with the punched hole of a pass. Decorative beside the name. */
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
      <path d="M2.8 5.5h17.4a1 1 0 0 1 1 1v1.7a3.8 3.8 0 0 1-3.8 3.8h-.3a1.4 1.4 0 0 0-1.3 1.9l1.7 4.6H7.3l1.5-4.2a1.5 1.5 0 0 0-.9-1.9C5.1 11.3 3.2 9 2.8 5.5Z" />
      <circle cx="13" cy="8.9" r="1.3" fill="currentColor" stroke="none" />
    </svg>
  );
}
