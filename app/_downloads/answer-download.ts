import type { Result } from "@/lib/result";

/** Lines as a file that is streamed while it is made, or why there is none. What may not be seen does not exist. */
export function answerDownload(
  lines: Result<AsyncGenerator<string>>,
  file: { contentType: string; name: string; extension: string },
): Response {
  if (!lines.ok) return refuse(lines.error);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await lines.value.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: async () => void (await lines.value.return(undefined)),
  });
  const fileName = `forgepass-${file.name}-${new Date().toISOString().slice(0, 10)}.${file.extension}`;
  return new Response(body, {
    headers: {
      "content-type": `${file.contentType}; charset=utf-8`,
      "content-disposition": `attachment; filename="${fileName}"`,
      "cache-control": "no-store",
    },
  });
}

function refuse({ code, message, fields = {} }: Extract<Result<never>, { ok: false }>["error"]): Response {
  const status = { "signed-out": 401, "invalid-input": 400 }[code as string] ?? 404;
  const told = status === 404 ? "There is nothing here." : (Object.values(fields)[0] ?? message);
  return Response.json({ message: told }, { status, headers: { "cache-control": "no-store" } });
}
