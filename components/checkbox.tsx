"use client";
import { Check, Minus } from "lucide-react";
import { type ComponentProps, type ReactNode, useEffect, useId, useRef } from "react";
import { cx } from "./cx";

/** A checkbox with its label. `indeterminate` is for "some of these"; `hideLabel` for one in a table row. */
export function Checkbox({
  label,
  hint,
  hideLabel,
  indeterminate = false,
  className,
  ...rest
}: Omit<ComponentProps<"input">, "type"> & {
  label: ReactNode;
  hint?: ReactNode;
  hideLabel?: boolean;
  indeterminate?: boolean;
}) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current) input.current.indeterminate = indeterminate;
  }, [indeterminate]);
  const Mark = indeterminate ? Minus : Check;
  return (
    <div className={cx("flex items-start gap-2.5", className)}>
      <span className="relative flex h-[1.3125rem] items-center">
        <input
          id={id}
          ref={input}
          {...rest}
          type="checkbox"
          aria-describedby={hint ? `${rest.id ?? id}-hint` : rest["aria-describedby"]}
          className="peer border-edge bg-panel checked:border-ink checked:bg-ink indeterminate:border-ink indeterminate:bg-ink size-4.5 shrink-0 appearance-none rounded-sm border disabled:opacity-55"
        />
        <Mark
          aria-hidden
          strokeWidth={3}
          className="text-on-ink pointer-events-none invisible absolute left-[3px] size-3 peer-checked:visible peer-indeterminate:visible"
        />
      </span>
      <span className={cx("min-w-0", hideLabel && "sr-only")}>
        <label htmlFor={rest.id ?? id}>{label}</label>
        {hint ? (
          <span id={`${rest.id ?? id}-hint`} className="text-muted block text-sm">
            {hint}
          </span>
        ) : null}
      </span>
    </div>
  );
}
