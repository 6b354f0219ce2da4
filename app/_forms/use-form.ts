"use client";
import { useActionState, useEffect, useRef } from "react";
import type { Result } from "@/lib/result";

/**
 * A form around a server action that answers with a Result. What was typed stays in the form when it is refused, except
 * passwords; the first field that was refused gets the focus, or else the password to be typed again.
 */
export function useForm<T>(action: (form: FormData) => Promise<Result<T>>, onOk?: (value: T, form: FormData) => void) {
  const form = useRef<HTMLFormElement>(null);
  const [state, submit, isPending] = useActionState(async (_: State<T> | null, data: FormData): Promise<State<T>> => {
    const result = await action(data);
    if (result.ok) onOk?.(result.value, data);
    return { result, typed: result.ok ? {} : keepable(data) };
  }, null);

  useEffect(() => {
    if (!state || state.result.ok) return;
    const wrong = form.current?.querySelector<HTMLElement>("[aria-invalid=true]");
    const emptied = form.current?.querySelector<HTMLElement>("input[type=password]");
    (wrong ?? emptied)?.focus();
  }, [state]);

  const error = state && !state.result.ok ? state.result.error : null;
  return {
    /** For the form element. */
    props: { ref: form, action: submit, noValidate: true },
    isPending,
    /** The sentence above the fields; null when the fields say it themselves. */
    message: error && !error.fields ? error.message : null,
    errorOf: (name: string) => error?.fields?.[name],
    typed: (name: string, otherwise = "") => state?.typed[name] ?? otherwise,
  };
}

interface State<T> {
  result: Result<T>;
  typed: Record<string, string>;
}

function keepable(data: FormData): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of data) {
    if (typeof value === "string" && !/password|token/i.test(name)) kept[name] = value;
  }
  return kept;
}
