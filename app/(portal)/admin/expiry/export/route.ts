import type { NextRequest } from "next/server";
import { answerExport } from "../../../_ledger/answer-export";

/** What of everybody's ends when, as CSV. */
export async function GET(request: NextRequest): Promise<Response> {
  return await answerExport(request, () => ({ type: "site-all" }));
}
