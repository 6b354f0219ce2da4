"use client";
import { Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/button";
import { Checkbox } from "@/components/checkbox";
import { cx } from "@/components/cx";
import type { StaleRow } from "@/lib/stale/list-stale";
import { RemoveManyDialog } from "./remove-many-dialog";
import { StaleRowView } from "./stale-row";

/**
 * The page's rows, what is chosen of them, and the bar with what can be done about it. It stands also when no row is left,
 * with `empty` in it: the results of a removal are still being read then.
 */
export function StaleList(props: {
  rows: readonly StaleRow[];
  /** "all", or "team:" and its id. */
  scope: string;
  now: string;
  staleAfterDays: number | null;
  empty: ReactNode;
}) {
  const { rows, scope, now, staleAfterDays, empty } = props;
  const [chosenIds, setChosenIds] = useState<ReadonlySet<string>>(new Set());
  // Held while the dialog is open: the rows go from the list, the results stay.
  const [removing, setRemoving] = useState<readonly StaleRow[] | null>(null);
  const chosen = rows.filter(({ id }) => chosenIds.has(id));
  const isAll = chosen.length === rows.length;

  function choose(id: string, isChosen: boolean) {
    setChosenIds((ids) => new Set(isChosen ? [...ids, id] : [...ids].filter((one) => one !== id)));
  }

  return (
    <div className="@container">
      {rows.length === 0 ? empty : null}
      <div className={cx("border-line bg-panel rounded-lg border", rows.length === 0 && "hidden")}>
        <div className="border-line text-muted grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 border-b px-4 py-2.5 text-sm font-medium sm:px-5 @4xl:grid-cols-[auto_13rem_minmax(0,1fr)_11rem_12rem] @4xl:gap-x-4">
          <Checkbox
            hideLabel
            label="Choose all on this page"
            checked={isAll && rows.length > 0}
            indeterminate={chosen.length > 0 && !isAll}
            onChange={() => setChosenIds(isAll ? new Set() : new Set(rows.map(({ id }) => id)))}
          />
          <span aria-hidden className="@4xl:hidden">
            {chosen.length > 0 ? `${chosen.length} chosen` : "Choose all on this page"}
          </span>
          {["Credential", "Why", "Last used by", "Would break"].map((name) => (
            <span key={name} aria-hidden className="hidden @4xl:block">
              {name}
            </span>
          ))}
        </div>
        <ul aria-label="Stale credentials" className="divide-line divide-y">
          {rows.map((row) => (
            <StaleRowView
              key={row.id}
              row={row}
              now={now}
              staleAfterDays={staleAfterDays}
              isChosen={chosenIds.has(row.id)}
              onChoose={(isChosen) => choose(row.id, isChosen)}
            />
          ))}
        </ul>
      </div>
      {chosen.length > 0 ? (
        <section
          aria-label="Chosen credentials"
          className="pointer-events-none sticky bottom-4 z-10 mt-4 flex justify-center"
        >
          <div className="bg-raised border-line shadow-float animate-rise pointer-events-auto flex flex-wrap items-center gap-3 rounded-lg border py-2.5 pr-2.5 pl-4">
            <span className="font-medium tabular-nums" role="status">
              {chosen.length} chosen
            </span>
            <Button variant="ghost" onClick={() => setChosenIds(new Set())}>
              Choose none
            </Button>
            <Button variant="danger" icon={<Trash2 aria-hidden />} onClick={() => setRemoving(chosen)}>
              Remove {chosen.length}
            </Button>
          </div>
        </section>
      ) : null}
      {removing ? (
        <RemoveManyDialog
          rows={removing}
          scope={scope}
          now={now}
          onClose={() => {
            setRemoving(null);
            setChosenIds(new Set());
          }}
          onCancel={() => setRemoving(null)}
        />
      ) : null}
    </div>
  );
}
