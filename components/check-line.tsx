/* Checks as they are answered, one line each, read out as they come. */
import type { ReactNode } from "react";
import { Spinner } from "./spinner";
import { type State, StateIcon } from "./state-icon";

const words: Record<State, string> = {
  ok: "Fine",
  warn: "Needs a look",
  bad: "Failed",
  none: "Missing",
  off: "Cannot be told",
};

/** Wraps CheckLines. */
export function CheckList({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul aria-label={label} aria-live="polite" className="border-line divide-line divide-y rounded-lg border">
      {children}
    </ul>
  );
}

/** One check: what was found, and a note at the right end. "pending" turns until it is answered. */
export function CheckLine({
  state,
  note,
  children,
}: {
  state: State | "pending";
  note?: ReactNode;
  children: ReactNode;
}) {
  return (
    <li className="animate-arrive flex flex-wrap items-center gap-x-3 gap-y-0.5 px-3.5 py-2.5">
      {state === "pending" ? (
        <>
          <Spinner className="text-muted size-4.5" />
          <span className="sr-only">Checking</span>
        </>
      ) : (
        <StateIcon state={state} label={words[state]} className="size-4.5" />
      )}
      <div className="flex min-w-0 flex-1 basis-48 flex-wrap items-center gap-x-1.5 gap-y-1">{children}</div>
      {note ? <div className="text-muted text-sm max-sm:w-full max-sm:pl-7.5">{note}</div> : null}
    </li>
  );
}
