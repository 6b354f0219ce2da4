import type { ReactNode } from "react";
import { cx } from "./cx";

/** On or off at once, without a form. `label` is its whole name; the children, a word beside it, only repeat the state. */
export function Switch({
  label,
  checked,
  onChange,
  disabled,
  children,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  children?: ReactNode;
}) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      aria-label={label}
      disabled={disabled}
      onClick={() => onChange(!checked)}
      className="flex h-9 items-center gap-2.5 rounded-md px-1.5 disabled:opacity-55 max-sm:h-10"
    >
      <span
        aria-hidden
        className={cx(
          "flex h-5 w-9 items-center rounded-[999px] border p-0.5 transition-colors duration-120",
          checked ? "border-ink bg-ink" : "border-edge bg-panel",
        )}
      >
        <span
          className={cx(
            "size-3.5 rounded-[999px] transition-transform duration-120 motion-reduce:transition-none",
            checked ? "bg-on-ink translate-x-4" : "bg-edge",
          )}
        />
      </span>
      {children ? (
        <span aria-hidden className="min-w-16 text-left">
          {children}
        </span>
      ) : null}
    </button>
  );
}
