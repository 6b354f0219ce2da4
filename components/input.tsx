"use client";
/*
 * One-line text controls. SecretInput is for tokens: masked, never controlled by React (so its value lives only in the
 * form), and marked so that neither the browser nor a password manager keeps it.
 */
import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, type ReactNode, useState } from "react";
import { cx } from "./cx";
import { useField } from "./field";

type InputProps = ComponentProps<"input"> & { leading?: ReactNode; mono?: boolean };

/** A text input. `leading` is a 16 px icon inside it, on the left. */
export function Input({ leading, mono, className, ...rest }: InputProps) {
  const input = (
    <input
      type="text"
      {...rest}
      {...useField(rest)}
      className={cx("control h-9 px-3 max-sm:h-10", mono && "font-mono", leading ? "pl-9" : "", className)}
    />
  );
  if (!leading) return input;
  return (
    <div className="relative">
      <span className="text-muted pointer-events-none absolute inset-y-0 left-3 flex items-center [&>svg]:size-4">
        {leading}
      </span>
      {input}
    </div>
  );
}

/** A password with a toggle that shows it. Give `autoComplete` "current-password" or "new-password". */
export function PasswordInput({ className, ...rest }: Omit<ComponentProps<"input">, "type">) {
  const [isShown, setShown] = useState(false);
  return (
    <div className="relative">
      <input
        {...rest}
        {...useField(rest)}
        type={isShown ? "text" : "password"}
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        className={cx("control h-9 pr-11 pl-3 max-sm:h-10", className)}
      />
      <button
        type="button"
        aria-label="Show password"
        aria-pressed={isShown}
        title={isShown ? "Hide password" : "Show password"}
        onClick={() => setShown(!isShown)}
        className="text-muted hover:text-ink absolute inset-y-0 right-0 flex w-10 items-center justify-center rounded-md"
      >
        {isShown ? <EyeOff aria-hidden className="size-4" /> : <Eye aria-hidden className="size-4" />}
      </button>
    </div>
  );
}

type SecretInputProps = Omit<ComponentProps<"input">, "type" | "value" | "defaultValue" | "autoComplete"> & {
  trailing?: ReactNode;
};

/** A token field. Has no `value` on purpose: read it from the form. `trailing` is for a pill: what was recognised. */
export function SecretInput({ trailing, className, ...rest }: SecretInputProps) {
  return (
    <div className="relative">
      <input
        {...rest}
        {...useField(rest)}
        type="password"
        autoComplete="off"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        data-1p-ignore=""
        data-bwignore=""
        data-form-type="other"
        data-lpignore="true"
        data-protonpass-ignore="true"
        className={cx("control h-11 px-3 font-mono", trailing ? "sm:pr-76" : "", className)}
      />
      {trailing ? (
        <div className="pointer-events-none mt-2 flex items-center sm:absolute sm:inset-y-0 sm:right-3 sm:mt-0">
          {trailing}
        </div>
      ) : null}
    </div>
  );
}
