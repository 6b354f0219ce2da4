"use client";
import { Field } from "@/components/field";
import { Input, PasswordInput } from "@/components/input";
import { passwordHint } from "./password-hint";
import type { useForm } from "./use-form";

type Form = Pick<ReturnType<typeof useForm>, "errorOf" | "typed">;

/** The name of whoever makes an account; the focus starts here. */
export function NewNameField({ form }: { form: Form }) {
  return (
    <Field label="Your name" error={form.errorOf("name")}>
      <Input name="name" autoComplete="name" autoFocus required maxLength={100} defaultValue={form.typed("name")} />
    </Field>
  );
}

/** Their first password, with what makes a good one. */
export function NewPasswordField({ form }: { form: Form }) {
  const error = form.errorOf("password");
  return (
    <Field label="Password" hint={error ? undefined : passwordHint} error={error}>
      <PasswordInput name="password" autoComplete="new-password" required maxLength={256} />
    </Field>
  );
}
