import type { ReactNode } from "react";
import { Mark } from "./mark";

/** The frame of pages for people who are not signed in: the mark, a heading, one card, a line below it. */
export function AuthShell({
  name,
  title,
  description,
  footer,
  children,
}: {
  name: string;
  title: ReactNode;
  description?: ReactNode;
  footer?: ReactNode;
  children: ReactNode;
}) {
  return (
    <main id="content" className="flex min-h-dvh flex-col items-center px-4 pt-[12dvh] pb-10">
      <div className="flex w-full max-w-96 flex-col">
        <p className="mb-6 flex items-center justify-center gap-2.5 text-lg font-semibold">
          <Mark /> {name}
        </p>
        <div className="border-line bg-panel rounded-lg border p-6 sm:p-7">
          <h1 className="text-xl font-semibold tracking-[-0.012em]">{title}</h1>
          {description ? <p className="text-muted mt-1.5">{description}</p> : null}
          <div className="mt-5">{children}</div>
        </div>
        {footer ? <div className="text-muted mt-5 text-center text-sm">{footer}</div> : null}
      </div>
    </main>
  );
}
