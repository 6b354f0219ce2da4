import type { Tx } from "../prisma";

/** Time is the database's, so that several instances agree. */
export async function databaseNow(db: Tx): Promise<Date> {
  const [row] = await db.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
  if (!row) throw new Error("the database did not tell the time");
  return row.now;
}
