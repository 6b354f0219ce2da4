import { ChevronLeft, ChevronRight } from "lucide-react";
import { LinkButton } from "./button";

/** Previous and next of a list that comes in pages; each only where there is one. `note` says what is shown. */
export function Pager({ previous, next, note }: { previous?: string; next?: string; note?: string }) {
  if (!previous && !next) return null;
  return (
    <nav aria-label="Pages" className="mt-4 flex flex-wrap items-center justify-end gap-2">
      {note ? <span className="text-muted mr-auto text-sm tabular-nums">{note}</span> : null}
      {previous ? (
        <LinkButton size="sm" href={previous} icon={<ChevronLeft aria-hidden />}>
          Previous
        </LinkButton>
      ) : null}
      {next ? (
        <LinkButton size="sm" href={next} icon={<ChevronRight aria-hidden />}>
          Next
        </LinkButton>
      ) : null}
    </nav>
  );
}
