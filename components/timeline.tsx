/*
 * What happens when, as a picture: months side by side with a mark for each thing, at its day; on a phone, months below
 * each other. Every month is a link with its count in words, so that the picture is a list to whoever cannot see it.
 */
import Link from "next/link";
import { cx } from "./cx";
import { MarkShape, round } from "./time-mark";
import { Bar } from "./timeline-bar";
import {
  columnWidth,
  drawnHeight,
  fitsInStrips,
  freeAbove,
  fullestSlot,
  type PlacedMark,
  placeBars,
  placeMarks,
  type TimelineMark,
  xOf,
} from "./timeline-layout";
import { Strip } from "./timeline-strip";

export interface TimelineColumn {
  id: string;
  /** "Dec" */
  label: string;
  /** "’27", where a year begins. */
  note?: string;
  /** "December 2026: 4 end" */
  name: string;
  href: string;
  /** The list below is narrowed to it. */
  isCurrent?: boolean;
  total: number;
  marks: readonly TimelineMark[];
  /** Where in it now is, from 0 to 1. */
  now?: number;
}

/** `nowLabel` is the word on the line that says where now is. */
export function Timeline({
  label,
  nowLabel,
  columns,
}: {
  label: string;
  nowLabel: string;
  columns: readonly TimelineColumn[];
}) {
  const placed = columns.map(({ marks }) => placeMarks(marks));
  const asMarks = placed.every((marks) => marks !== null);
  const free = asMarks ? freeAbove(placed.map((marks) => marks ?? [])) : 0;
  const stripMost = fitsInStrips(columns) ? null : Math.max(...columns.map(({ total }) => total));
  const most = fullestSlot(columns.map(({ marks }) => marks));
  return (
    <div className="@container">
      <ol
        aria-label={label}
        className="@3xl:grid @3xl:auto-cols-fr @3xl:grid-flow-col @max-3xl:divide-line @max-3xl:divide-y"
      >
        {columns.map((column, index) => (
          <li key={column.id} className="min-w-0">
            <Column column={column} tipAtEnd={index > columns.length / 2}>
              <svg
                aria-hidden
                viewBox={`0 ${free} ${columnWidth} ${drawnHeight + 22 - free}`}
                className="hidden w-full overflow-visible @3xl:block"
              >
                {index === 0 ? null : <path d={`M0 ${free + 14}V${drawnHeight + 20}`} className="stroke-line" />}
                {column.now === undefined ? null : <NowLine at={column.now} from={free} label={nowLabel} />}
                <g transform="translate(0 18)">
                  {asMarks ? (
                    <Marks placed={placed[index] ?? []} />
                  ) : (
                    placeBars(column.marks, most).map((bar) => <Bar key={`${bar.x} ${bar.nearness}`} bar={bar} />)
                  )}
                </g>
                <path d={`M0 ${drawnHeight + 20}H${columnWidth}`} className="stroke-line" />
              </svg>
              <Strip column={column} nowLabel={nowLabel} most={stripMost} />
            </Column>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Marks({ placed }: { placed: readonly PlacedMark[] }) {
  return placed.map(({ x, y, mark }) => (
    <MarkShape key={`${x} ${y}`} nearness={mark.nearness} x={x} y={y}>
      <title>{mark.title}</title>
    </MarkShape>
  ));
}

function NowLine({ at, from, label }: { at: number; from: number; label: string }) {
  const x = round(xOf(at));
  return (
    <>
      <path d={`M${x} ${from + 14}V${drawnHeight + 20}`} strokeWidth="1.5" className="stroke-accent" />
      <text x={x} y={from + 9} textAnchor="middle" className="fill-accent-ink text-[11px] font-semibold">
        {label}
      </text>
    </>
  );
}

function Column({
  column,
  tipAtEnd,
  children,
}: {
  column: TimelineColumn;
  tipAtEnd: boolean;
  children: React.ReactNode;
}) {
  const { label, note, name, href, isCurrent, total } = column;
  const inside = (
    <>
      {children}
      <span
        className={cx(
          "@3xl:mt-1.5 @3xl:flex @3xl:flex-col @3xl:items-center @max-3xl:contents",
          total === 0 ? "text-muted" : "text-ink",
        )}
      >
        <span className="@max-3xl:order-first @max-3xl:w-17 @max-3xl:shrink-0">
          <span className={cx("text-sm", isCurrent && "font-semibold")}>{label}</span>
          {note ? <span className="text-muted text-xs"> {note}</span> : null}
        </span>
        <span className="shrink-0 text-sm leading-5 font-semibold whitespace-nowrap tabular-nums @max-3xl:ml-auto">
          {total === 0 ? <span className="text-line">–</span> : total.toLocaleString("en")}
        </span>
      </span>
    </>
  );
  const look = "relative flex h-full @3xl:flex-col @max-3xl:items-center @max-3xl:gap-3 @max-3xl:py-1";
  if (total === 0 && !isCurrent) {
    return (
      <div className={cx(look, "@max-3xl:min-h-7")}>
        <span aria-hidden className="contents">
          {inside}
        </span>
        <span className="sr-only">{name}</span>
      </div>
    );
  }
  return (
    <Link
      prefetch={false}
      scroll={false}
      href={href}
      aria-label={name}
      aria-current={isCurrent ? "true" : undefined}
      className={cx(
        look,
        "group @max-3xl:min-h-10 -outline-offset-2 hover:bg-subtle/60 transition-colors duration-120",
        isCurrent && "bg-subtle",
      )}
    >
      {inside}
      <span
        aria-hidden
        className={cx(
          "bg-ink text-on-ink shadow-float pointer-events-none absolute bottom-full z-10 mb-1 hidden rounded-sm px-2 py-1 text-sm whitespace-nowrap",
          "@3xl:group-hover:block @3xl:group-focus-visible:block",
          tipAtEnd ? "right-0" : "left-0",
        )}
      >
        {name}
      </span>
    </Link>
  );
}
