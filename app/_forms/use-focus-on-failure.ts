"use client";
import { type RefObject, useEffect } from "react";
import type { Failure } from "@/lib/result";

/** After a refusal is drawn, the first field that was refused gets the focus: not before, when it does not say so yet. */
export function useFocusOnFailure(form: RefObject<HTMLFormElement | null>, failure: Failure | null) {
  useEffect(() => {
    if (failure) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [form, failure]);
}
