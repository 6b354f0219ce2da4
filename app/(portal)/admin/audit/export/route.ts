import type { NextRequest } from "next/server";
import { answerDownload } from "@/app/_downloads/answer-download";
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
  return answerDownload(lines, { contentType: "application/x-ndjson", name: "audit", extension: "jsonl" });
}
