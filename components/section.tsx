import { type ReactNode, useId } from "react";
import { cx } from "./cx";

/** One subject of a settings page: heading, what it means, the form, and a footer with its button. Sections stack
 * with a gap of their own. */
export function Section({
  title,
  description,
  footer,
  danger,
  children,
}: {
  title: ReactNode;
  description?: ReactNode;
  footer?: ReactNode;
  danger?: boolean;
  children?: ReactNode;
}) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={cx("bg-panel mb-6 rounded-lg border", danger ? "border-bad/40" : "border-line")}
    >
      <div className="flex flex-col gap-4 p-5">
        <div>
          <h2 id={id} className="font-semibold">
            {title}
          </h2>
          {description ? <p className="text-muted mt-0.5 max-w-2xl">{description}</p> : null}
        </div>
        {children}
      </div>
      {footer ? (
        <div className="border-line bg-ground flex flex-wrap items-center justify-end gap-2 rounded-b-lg border-t px-5 py-3">
          {footer}
        </div>
      ) : null}
    </section>
  );
}
