import type { ReactNode } from "react";

/** What to do, in order. Wraps Step elements. */
export function Steps({ children }: { children: ReactNode }) {
  return <ol className="flex list-none flex-col gap-3.5 [counter-reset:step]">{children}</ol>;
}

/** One step with its number in a circle; `hint` is a quieter line below. */
export function Step({ hint, children }: { hint?: ReactNode; children: ReactNode }) {
  return (
    <li className="before:bg-off-ground before:text-muted flex gap-3 [counter-increment:step] before:mt-px before:flex before:size-5 before:shrink-0 before:items-center before:justify-center before:rounded-[999px] before:text-xs before:font-semibold before:content-[counter(step)]">
      <div className="min-w-0 flex-1">
        <div>{children}</div>
        {hint ? <div className="text-muted mt-0.5 text-sm">{hint}</div> : null}
      </div>
    </li>
  );
}
