import type { NextRequest } from "next/server";
import { answerExport } from "../../../../_ledger/answer-export";

/** What of a team's ends when, as CSV. */
export async function GET(request: NextRequest, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params;
  return await answerExport(request, () => ({ type: "team", id }));
}
