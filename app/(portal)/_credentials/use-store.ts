"use client";
import { useCallback, useRef, useState } from "react";
import type { StoreEvent } from "@/app/api/credentials/route";
import type { Stored, StoreStep } from "@/lib/credentials/store";

/**
 * Sends a token to be checked and stored, and collects the checks as they come. The token is read from the form at the
 * moment of sending and is held nowhere.
 */
export type StoreFields = Record<string, string | Record<string, string>>;

export interface Store {
  status: "idle" | "busy" | "done";
  steps: StoreStep[];
  result: Stored | null;
  send(input: StoreFields): Promise<Stored>;
  reset(): void;
}

const LOST: Stored = {
  ok: false,
  error: {
    code: "unavailable",
    message: "The portal did not answer. Look at your connection and try again; reload the page to see what is stored.",
  },
};

export function useStore(): Store {
  const [status, setStatus] = useState<Store["status"]>("idle");
  const [steps, setSteps] = useState<StoreStep[]>([]);
  const [result, setResult] = useState<Stored | null>(null);
  const attempt = useRef(0);

  const reset = useCallback(() => {
    attempt.current += 1;
    setStatus("idle");
    setSteps([]);
    setResult(null);
  }, []);

  const send = useCallback(async (input: StoreFields) => {
    attempt.current += 1;
    const own = attempt.current;
    const isCurrent = () => attempt.current === own;
    setStatus("busy");
    setSteps([]);
    setResult(null);
    const answer = await post(input, (step) => {
      if (isCurrent()) setSteps((all) => [...all, step]);
    }).catch(() => LOST);
    if (isCurrent()) {
      setResult(answer);
      setStatus("done");
    }
    return answer;
  }, []);

  return { status, steps, result, send, reset };
}

async function post(input: StoreFields, onStep: (step: StoreStep) => void): Promise<Stored> {
  const response = await fetch("/api/credentials", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(input),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let last: Stored | null = null;
  const read = (line: string) => {
    const event = JSON.parse(line) as StoreEvent;
    if ("step" in event) onStep(event.step);
    else last = event.result;
  };
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    const lines = (rest + (value ?? "")).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) read(line);
    if (done) break;
  }
  if (rest.trim()) read(rest);
  return last ?? LOST;
}
