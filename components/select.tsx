"use client";
import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import { cx } from "./cx";
import { useField } from "./field";

/** The browser's own select, in our clothes. Options are its children. */
export function Select({ className, ...rest }: ComponentProps<"select">) {
  return (
    <div className={cx("relative", className)}>
      <select {...rest} {...useField(rest)} className="control h-9 appearance-none pr-9 pl-3 max-sm:h-10" />
      <ChevronDown
        aria-hidden
        className="text-muted pointer-events-none absolute top-1/2 right-3 size-4 -translate-y-1/2"
      />
    </div>
  );
}
