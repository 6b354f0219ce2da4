import type { Nearness } from "./time-mark";

/*
 * Where the marks of a timeline's column go: each at its time, on top of those that it would touch. Where that would be
 * too high, all columns are drawn as bars instead.
 */
export interface TimelineMark {
  /** From 0 (where the column begins) to 1. */
  at: number;
  nearness: Nearness;
  count: number;
  /** Shown on hover. */
  title: string;
}

export const columnWidth = 72;
export const drawnHeight = 112;
const margin = 9;
const apart = 9.6;
const pitch = 10.4;
/** How many marks lie on each other at most. */
export const maxRows = 10;
/** A picture of little keeps some height. */
const minRows = 4;
/** Parts of a column that are a bar each. */
const slots = 6;

export interface PlacedMark {
  x: number;
  y: number;
  mark: TimelineMark;
}

/** One for each that is counted, from the ground (y = drawnHeight) up; null where they would be too high. */
export function placeMarks(marks: readonly TimelineMark[]): PlacedMark[] | null {
  if (marks.reduce((sum, { count }) => sum + count, 0) > maxRows * slots) return null;
  const rows: number[] = [];
  const placed: PlacedMark[] = [];
  for (const mark of [...marks].sort((a, b) => a.at - b.at)) {
    const x = xOf(mark.at);
    for (let one = 0; one < mark.count; one++) {
      const row = rows.findIndex((last) => x - last >= apart);
      const level = row === -1 ? rows.length : row;
      if (level >= maxRows) return null;
      rows[level] = x;
      placed.push({ x, y: drawnHeight - pitch / 2 - level * pitch, mark });
    }
  }
  return placed;
}

/** Does a mark for each thing fit, or are bars drawn? */
export function fitsAsMarks(columns: readonly { marks: readonly TimelineMark[] }[]): boolean {
  return columns.every(({ marks }) => placeMarks(marks) !== null);
}

/** The same for a phone, where a column is one line. */
export function fitsInStrips(columns: readonly { total: number }[]): boolean {
  return columns.every(({ total }) => total <= 14);
}

/** How much of the drawn height the marks leave free at the top. */
export function freeAbove(columns: readonly (readonly PlacedMark[])[]): number {
  const tops = columns.flatMap((marks) => marks.map(({ y }) => y - pitch / 2));
  return Math.floor(Math.min(drawnHeight - minRows * pitch, ...tops));
}

export interface PlacedBar {
  x: number;
  y: number;
  width: number;
  height: number;
  nearness: Nearness;
  title: string;
}

/** How many lie in the fullest part of a column: what a bar's height is measured by. */
export function fullestSlot(columns: readonly (readonly TimelineMark[])[]): number {
  return Math.max(1, ...columns.flatMap((marks) => [...bySlot(marks).values()].map(total)));
}

/** Bars whose parts are stacked by nearness; `most` fills the height. */
export function placeBars(marks: readonly TimelineMark[], most: number): PlacedBar[] {
  const width = (columnWidth - 2 * margin + apart) / slots;
  return [...bySlot(marks)].flatMap(([slot, inSlot]) => {
    let y = drawnHeight;
    const byNearness = new Map<Nearness, TimelineMark[]>();
    for (const mark of inSlot) byNearness.set(mark.nearness, [...(byNearness.get(mark.nearness) ?? []), mark]);
    return [...byNearness].map(([nearness, together]) => {
      const height = Math.max(2, (total(together) / most) * (drawnHeight - 4));
      y -= height;
      const x = margin - apart / 2 + slot * width;
      return { x: x + 1, y, width: width - 2, height, nearness, title: together.map(({ title }) => title).join("\n") };
    });
  });
}

function bySlot(marks: readonly TimelineMark[]): Map<number, TimelineMark[]> {
  const all = new Map<number, TimelineMark[]>();
  for (const mark of marks) {
    const slot = Math.min(slots - 1, Math.floor(mark.at * slots));
    all.set(slot, [...(all.get(slot) ?? []), mark]);
  }
  return all;
}

function total(marks: readonly TimelineMark[]): number {
  return marks.reduce((sum, { count }) => sum + count, 0);
}

export function xOf(at: number): number {
  return margin + at * (columnWidth - 2 * margin);
}
