"use client";
import { Field } from "@/components/field";
import { Input, PasswordInput } from "@/components/input";
import { Notice } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { requestSignIn } from "../_forms/sign-in-request";
import { useForm } from "../_forms/use-form";

/** `callbackUrl` is a path on this site, checked by the page. */
export function SignInForm({ callbackUrl }: { callbackUrl: string }) {
  const form = useForm(
    (data) => requestSignIn(String(data.get("email")), String(data.get("password"))),
    () => window.location.assign(callbackUrl),
  );
  return (
    <form {...form.props} className="flex flex-col gap-4">
      {form.message ? <Notice tone="bad">{form.message}</Notice> : null}
      <Field label="E-mail">
        <Input
          name="email"
          type="email"
          autoComplete="username"
          autoFocus
          required
          maxLength={254}
          defaultValue={form.typed("email")}
        />
      </Field>
      <Field label="Password">
        <PasswordInput name="password" autoComplete="current-password" required maxLength={256} />
      </Field>
      <SubmitButton className="mt-1 w-full">Sign in</SubmitButton>
    </form>
  );
}
