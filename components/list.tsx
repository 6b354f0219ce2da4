/*
 * A list whose rows carry sentences: one panel with hairlines, three or four columns where there is room (measured on
 * the list, not the window), stacked cards on a phone.
 */
import Link from "next/link";
import type { ReactNode } from "react";
import { cx } from "./cx";

/** Wraps ListRows. `label` names the list for screen readers. */
export function List({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="@container">
      <ul
        aria-label={label}
        className="@lg:divide-line @lg:border-line @lg:bg-panel flex flex-col @max-lg:gap-3 @lg:divide-y @lg:rounded-lg @lg:border"
      >
        {children}
      </ul>
    </div>
  );
}

/** One row. `state` is a StateIcon, `icon` what the thing is, `title` (a link with `href`) and `subtitle` name it,
 * `actions` are its buttons, the children what there is to say about it. */
export function ListRow({
  id,
  state,
  icon,
  title,
  subtitle,
  href,
  actions,
  className,
  children,
}: {
  id?: string;
  state?: ReactNode;
  icon?: ReactNode;
  title: ReactNode;
  subtitle?: ReactNode;
  href?: string;
  actions?: ReactNode;
  className?: string;
  children?: ReactNode;
}) {
  return (
    <li
      id={id}
      data-focus-home
      tabIndex={-1}
      className={cx(
        "grid gap-x-4 gap-y-3 px-4 py-4 @lg:px-5",
        "@max-lg:border-line @max-lg:bg-panel @max-lg:rounded-lg @max-lg:border",
        "grid-cols-[minmax(0,1fr)] @lg:grid-cols-[minmax(0,1fr)_auto]",
        children ? "@3xl:grid-cols-[17.5rem_minmax(0,1fr)_auto]" : "",
        className,
      )}
    >
      <div className="flex min-w-0 items-start gap-3.5">
        {state ? <span className="mt-0.5 flex">{state}</span> : null}
        <div className="flex min-w-0 items-start gap-2.5">
          {icon ? <span className="flex [&>svg]:size-5">{icon}</span> : null}
          <div className="min-w-0">
            <p className="font-semibold break-words">
              {href ? (
                <Link prefetch={false} href={href} className="hover:underline">
                  {title}
                </Link>
              ) : (
                title
              )}
            </p>
            {subtitle ? <p className="text-muted text-sm">{subtitle}</p> : null}
          </div>
        </div>
      </div>
      {children ? (
        <div className="flex min-w-0 flex-col gap-1.5 @max-3xl:@lg:col-span-2 @max-3xl:@lg:row-start-2">{children}</div>
      ) : null}
      {actions ? <div className="flex flex-wrap items-start gap-2 @lg:justify-end">{actions}</div> : null}
    </li>
  );
}

/** The first line of a row's text: who or what, then pills. */
export function RowLine({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-x-2 gap-y-1">{children}</div>;
}

/** A sentence in a row, in the secondary colour. */
export function RowText({ children }: { children: ReactNode }) {
  return <p className="text-muted text-[0.8125rem] leading-5">{children}</p>;
}
