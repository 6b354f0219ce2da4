import type { NextRequest } from "next/server";
import { exportAuditLog } from "@/lib/audit-log/export-audit-log";
import { currentActor } from "@/lib/session";
import { readAuditQuery } from "../read-query";

/** The audit log under the page's filter, as JSON lines, streamed. To whoever is no admin it does not exist. */
export async function GET(request: NextRequest): Promise<Response> {
  const { searchParams } = request.nextUrl;
  const lines = await exportAuditLog(
    await currentActor(),
    readAuditQuery((name) => searchParams.get(name)),
  );
  if (!lines.ok) {
    const status = { "signed-out": 401, "invalid-input": 400 }[lines.error.code as string] ?? 404;
    const message = status === 404 ? "There is nothing here." : lines.error.message;
    return Response.json({ message }, { status, headers: { "cache-control": "no-store" } });
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
  const name = `forgepass-audit-${new Date().toISOString().slice(0, 10)}.jsonl`;
  return new Response(body, {
    headers: {
      "content-type": "application/x-ndjson; charset=utf-8",
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "no-store",
    },
  });
}
