import type { NextRequest } from "next/server";
import { answerDownload } from "@/app/_downloads/answer-download";
import type { Actor } from "@/lib/authz";
import { exportLedger } from "@/lib/ledger/export-ledger";
import type { LedgerScope } from "@/lib/ledger/scope";
import { fail } from "@/lib/result";
import { currentActor } from "@/lib/session";
import { readLedgerQuery } from "./read-query";

/** A ledger under the page's filter as CSV, streamed. To whoever may not see it it does not exist. */
export async function answerExport(
  request: NextRequest,
  scopeOf: (actor: Actor & { type: "user" }) => LedgerScope,
): Promise<Response> {
  const actor = await currentActor();
  const { searchParams } = request.nextUrl;
  const lines =
    actor.type === "user"
      ? await exportLedger(
          actor,
          scopeOf(actor),
          readLedgerQuery((name) => searchParams.get(name)),
        )
      : fail("signed-out", "Sign in to go on.");
  return answerDownload(lines, { contentType: "text/csv", name: "expiry", extension: "csv" });
}
