import { cx } from "./cx";

/** A grey bar where a word will be. */
export function Skeleton({ className = "h-3.5" }: { className?: string }) {
  return <span aria-hidden className={cx("bg-line block animate-pulse rounded-sm", className)} />;
}

/** Rows that are on their way, in the shape of a List. */
export function SkeletonRows({ rows = 5, label = "Loading" }: { rows?: number; label?: string }) {
  return (
    <div role="status" aria-label={label} className="border-line bg-panel divide-line divide-y rounded-lg border">
      {Array.from({ length: rows }, (_, row) => `row-${row}`).map((key) => (
        <div key={key} className="flex gap-4 px-5 py-4.5">
          <Skeleton className="size-5 rounded-[999px]!" />
          <div className="w-56 shrink-0 space-y-2 max-sm:w-auto max-sm:flex-1">
            <Skeleton className="h-3.5 w-32" />
            <Skeleton className="h-3 w-24" />
          </div>
          <div className="flex-1 space-y-2 max-sm:hidden">
            <Skeleton className="h-3.5 w-3/5" />
            <Skeleton className="h-3 w-2/5" />
          </div>
        </div>
      ))}
    </div>
  );
}
