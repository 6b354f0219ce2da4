"use client";
import type { ComponentProps } from "react";
import { cx } from "./cx";
import { useField } from "./field";

/** Several lines of text; grows with what is typed where the browser can. */
export function Textarea({ mono, className, ...rest }: ComponentProps<"textarea"> & { mono?: boolean }) {
  return (
    <textarea
      rows={4}
      {...rest}
      {...useField(rest)}
      className={cx("control field-sizing-content min-h-20 px-3 py-2", mono && "font-mono", className)}
    />
  );
}
