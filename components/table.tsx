/* A table for comparing columns. On a narrow screen it scrolls inside its own frame, also by keyboard. */
import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx";

// What scrolls must be reachable by keyboard, although nothing else happens there.
const scrollable = { tabIndex: 0 };

/** `label` names it; `head` are Th cells; the children are Tr rows. */
export function Table({ label, head, children }: { label: string; head: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={label} {...scrollable} className="border-line bg-panel overflow-x-auto rounded-lg border">
      <table className="w-full min-w-max border-collapse text-left tabular-nums">
        <thead className="text-muted border-line border-b text-sm">
          <tr>{head}</tr>
        </thead>
        <tbody className="divide-line divide-y">{children}</tbody>
      </table>
    </section>
  );
}

/** A column's head. `hide` keeps its text for screen readers only (a column of buttons). */
export function Th({ hide, className, children, ...rest }: ComponentProps<"th"> & { hide?: boolean }) {
  return (
    <th scope="col" {...rest} className={cx("px-3 py-2.5 font-medium first:pl-5 last:pr-5", className)}>
      {hide ? <span className="sr-only">{children}</span> : children}
    </th>
  );
}

/** A row. */
export function Tr({ className, ...rest }: ComponentProps<"tr">) {
  return <tr data-focus-home {...rest} className={cx("hover:bg-subtle/50", className)} />;
}

/** A cell. `muted` for what is secondary, `end` for numbers and buttons. */
export function Td({ muted, end, className, ...rest }: ComponentProps<"td"> & { muted?: boolean; end?: boolean }) {
  return (
    <td
      {...rest}
      className={cx(
        "px-3 py-2.5 align-middle first:pl-5 last:pr-5",
        muted && "text-muted",
        end && "text-right",
        className,
      )}
    />
  );
}
