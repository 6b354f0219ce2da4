"use client";
/*
 * A labelled control. The label, the hint and the error are tied to whatever control stands inside (Input,
 * PasswordInput, SecretInput, Textarea, Select), so that a screen reader reads all three with it.
 */
import { CircleAlert } from "lucide-react";
import { createContext, type ReactNode, useContext, useId } from "react";
import { cx } from "./cx";

type Ties = { id: string; describedBy?: string; invalid: boolean };
const FieldContext = createContext<Ties | null>(null);

/** What a control inside a Field must carry. An id or a description given to the control itself is kept. */
export function useField(own: { id?: string; "aria-describedby"?: string; "aria-invalid"?: unknown }) {
  const ties = useContext(FieldContext);
  return {
    id: own.id ?? ties?.id,
    "aria-describedby": cx(ties?.describedBy, own["aria-describedby"]) || undefined,
    "aria-invalid": ties?.invalid || own["aria-invalid"] ? true : undefined,
  };
}

/** Label above, control, then hint and error. `aside` stands at the label's right end ("Optional", a link). */
export function Field({
  label,
  hint,
  error,
  aside,
  hideLabel,
  className,
  children,
}: {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  aside?: ReactNode;
  hideLabel?: boolean;
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  const describedBy = cx(error ? `${id}-error` : "", hint ? `${id}-hint` : "") || undefined;
  return (
    <div className={cx("flex min-w-0 flex-col gap-1.5", className)}>
      <div className={cx("flex items-baseline justify-between gap-3", hideLabel && !aside && "sr-only")}>
        <label htmlFor={id} className={cx("font-medium", hideLabel && "sr-only")}>
          {label}
        </label>
        {aside ? <span className="text-muted text-sm">{aside}</span> : null}
      </div>
      <FieldContext value={{ id, describedBy, invalid: Boolean(error) }}>{children}</FieldContext>
      <div aria-live="polite" className="contents">
        {error ? (
          <p id={`${id}-error`} className="text-bad flex items-start gap-1.5 text-sm">
            <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
            <span>{error}</span>
          </p>
        ) : null}
      </div>
      {hint ? (
        <p id={`${id}-hint`} className="text-muted text-sm">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
