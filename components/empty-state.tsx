import type { ReactNode } from "react";

/** What a list shows when there is nothing in it: what would be here, and the one thing to do about it. */
export function EmptyState({
  icon,
  title,
  action,
  children,
}: {
  icon?: ReactNode;
  title: ReactNode;
  action?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className="border-line bg-panel flex flex-col items-center gap-1 rounded-lg border px-6 py-12 text-center">
      {icon ? (
        <span className="bg-subtle text-muted mb-3 flex size-11 items-center justify-center rounded-lg [&>svg]:size-5">
          {icon}
        </span>
      ) : null}
      <p className="font-semibold">{title}</p>
      {children ? <div className="text-muted max-w-md text-balance">{children}</div> : null}
      {action ? <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}
