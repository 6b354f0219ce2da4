import type { ReactNode } from "react";
import { cx } from "./cx";

/** A page's one h1, what the page is for, and its main actions. `menu` is one small button that stays beside the title. */
export function PageHeader({
  title,
  description,
  actions,
  menu,
}: {
  title: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  menu?: ReactNode;
}) {
  return (
    <header className={cx("mb-6 flex items-start justify-between gap-x-6 gap-y-4", !menu && "flex-wrap")}>
      <div className="min-w-0">
        <h1 className="text-xl font-semibold tracking-[-0.012em] break-words">{title}</h1>
        {description ? <p className="text-muted mt-1.5 max-w-xl">{description}</p> : null}
      </div>
      {actions ? <div className="flex flex-wrap gap-2">{actions}</div> : null}
      {menu}
    </header>
  );
}

/** The line between the header and a list: search, filters. */
export function Toolbar({ children }: { children: ReactNode }) {
  return <div className="mb-4 flex flex-wrap items-center gap-2.5">{children}</div>;
}
