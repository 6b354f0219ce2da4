import type { ReactNode } from "react";

/** A page that is only a message: what happened, what to do, and a reference at most. `as="div"` inside the shell. */
export function Message({
  icon,
  title,
  actions,
  aside,
  as: Frame = "main",
  children,
}: {
  icon?: ReactNode;
  title: ReactNode;
  actions?: ReactNode;
  aside?: ReactNode;
  as?: "main" | "div";
  children: ReactNode;
}) {
  return (
    <Frame className="mx-auto flex w-full max-w-lg flex-col items-start px-4 pt-[12dvh] pb-10">
      {icon ? (
        <span className="bg-subtle text-muted mb-5 flex size-11 items-center justify-center rounded-lg [&>svg]:size-5">
          {icon}
        </span>
      ) : null}
      <h1 className="text-xl font-semibold tracking-[-0.012em]">{title}</h1>
      <p className="text-muted mt-2">{children}</p>
      {actions ? <div className="mt-6 flex flex-wrap gap-2">{actions}</div> : null}
      {aside ? <p className="text-muted mt-8 flex flex-wrap items-center gap-2 text-sm">{aside}</p> : null}
    </Frame>
  );
}
