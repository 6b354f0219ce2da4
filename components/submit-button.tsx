"use client";
import type { ComponentProps } from "react";
import { useFormStatus } from "react-dom";
import { Button } from "./button";

/** The button that sends the form around it; busy while the form's action runs. Primary unless told. */
export function SubmitButton({ pending, variant = "primary", ...rest }: ComponentProps<typeof Button>) {
  const status = useFormStatus();
  return <Button {...rest} type="submit" variant={variant} pending={pending || status.pending} />;
}
