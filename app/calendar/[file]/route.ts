import type { NextRequest } from "next/server";
import { readFeed } from "@/lib/calendar-feeds/read-feed";

/** A private calendar link: whoever has it reads it, without a session. What leads nowhere all looks the same. */
export async function GET(request: NextRequest, { params }: { params: Promise<{ file: string }> }): Promise<Response> {
  const { file } = await params;
  const token = file.endsWith(".ics") ? file.slice(0, -".ics".length) : "";
  const calendar = await readFeed(token, request.headers.get("x-forgepass-ip"));
  if (calendar === null) {
    return new Response("There is nothing here.\n", { status: 404, headers: { "cache-control": "no-store" } });
  }
  return new Response(calendar, {
    headers: {
      "content-type": "text/calendar; charset=utf-8",
      "content-disposition": 'inline; filename="forgepass.ics"',
      "cache-control": "no-store",
    },
  });
}
