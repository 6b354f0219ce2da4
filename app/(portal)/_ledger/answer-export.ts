import type { NextRequest } from "next/server";
import type { Actor } from "@/lib/authz";
import { exportLedger } from "@/lib/ledger/export-ledger";
import type { LedgerScope } from "@/lib/ledger/scope";
import { currentActor } from "@/lib/session";
import { readLedgerQuery } from "./read-query";

/** A ledger under the page's filter as CSV, streamed. To whoever may not see it it does not exist. */
export async function answerExport(
  request: NextRequest,
  scopeOf: (actor: Actor & { type: "user" }) => LedgerScope,
): Promise<Response> {
  const actor = await currentActor();
  if (actor.type !== "user") return refuse(401, "Sign in to go on.");
  const { searchParams } = request.nextUrl;
  const lines = await exportLedger(
    actor,
    scopeOf(actor),
    readLedgerQuery((name) => searchParams.get(name)),
  );
  if (!lines.ok) {
    const { code, message, fields = {} } = lines.error;
    return code === "invalid-input"
      ? refuse(400, Object.values(fields)[0] ?? message)
      : refuse(404, "There is nothing here.");
  }
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await lines.value.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: async () => void (await lines.value.return(undefined)),
  });
  const name = `forgepass-expiry-${new Date().toISOString().slice(0, 10)}.csv`;
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "no-store",
    },
  });
}

function refuse(status: number, message: string): Response {
  return Response.json({ message }, { status, headers: { "cache-control": "no-store" } });
}
