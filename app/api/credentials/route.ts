import { parseStoreInput } from "@/lib/credentials/input";
import { type Stored, type StoreFailure, type StoreStep, storeCredential } from "@/lib/credentials/store";
import { type FailureCode, fail } from "@/lib/result";
import { currentActor } from "@/lib/session";

/*
 * Adds or replaces a credential. JSON in; out come, while the code host answers, JSON lines: `{step}` for each check and
 * at the end `{result}`. What is decided before anything was asked of a host is one JSON body with the status that fits.
 */
export type StoreEvent = { step: StoreStep } | { result: Stored };

const STATUS: Record<FailureCode, number> = {
  "signed-out": 401,
  forbidden: 403,
  "not-found": 404,
  "invalid-input": 400,
  conflict: 409,
  "rate-limited": 429,
  "host-refused": 422,
  "needs-confirmation": 422,
  integrity: 409,
  unavailable: 503,
};

export async function POST(request: Request): Promise<Response> {
  const actor = await currentActor();
  if (actor.type !== "user") return answer(fail("signed-out", "Sign in to go on."));
  if (!request.headers.get("content-type")?.startsWith("application/json")) {
    return answer(fail("invalid-input", "Send JSON."));
  }
  const input = parseStoreInput(await request.json().catch(() => null), actor.id);
  if (!input.ok) return answer(input);

  const events = new TransformStream<StoreEvent, StoreEvent>();
  const writer = events.writable.getWriter();
  const store = async () => {
    try {
      const result = await storeCredential(actor, input.value, (step) => {
        // A reader that went away does not stop the work: what was begun is finished and audited.
        writer.write({ step }).catch(() => {});
      });
      await writer.write({ result });
      await writer.close();
    } catch (error) {
      await writer.abort(error);
    }
  };
  void store();

  const reader = events.readable.getReader();
  const first = await reader.read();
  if (first.value && "result" in first.value) return answer(first.value.result);
  const encoder = new TextEncoder();
  const lines = new ReadableStream<Uint8Array>({
    start(controller) {
      if (first.value) controller.enqueue(encoder.encode(`${JSON.stringify(first.value)}\n`));
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(lines, {
    headers: {
      "content-type": "application/x-ndjson",
      "x-accel-buffering": "no",
      "cache-control": "no-store, no-transform",
    },
  });
}

function answer(result: Stored | { ok: false; error: StoreFailure }): Response {
  return Response.json({ result }, { status: result.ok ? 201 : STATUS[result.error.code] });
}
