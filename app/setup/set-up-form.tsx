"use client";
import { Field } from "@/components/field";
import { Input, PasswordInput } from "@/components/input";
import { Notice } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { passwordHint } from "../_forms/password-hint";
import { requestSignIn } from "../_forms/sign-in-request";
import { useForm } from "../_forms/use-form";
import { claimPortalAction } from "./actions";

/** Makes the first admin and signs them in. */
export function SetUpForm({ token }: { token: string }) {
  const form = useForm(claimPortalAction, async ({ email }, data) => {
    const signedIn = await requestSignIn(email, String(data.get("password")));
    window.location.assign(signedIn.ok ? "/settings/credentials" : "/sign-in");
  });
  return (
    <form {...form.props} className="flex flex-col gap-4">
      {form.message ? <Notice tone="bad">{form.message}</Notice> : null}
      <input type="hidden" name="token" value={token} />
      <Field label="Your name" error={form.errorOf("name")}>
        <Input name="name" autoComplete="name" autoFocus required maxLength={100} defaultValue={form.typed("name")} />
      </Field>
      <Field label="E-mail" hint="You sign in with it." error={form.errorOf("email")}>
        <Input
          name="email"
          type="email"
          autoComplete="username"
          required
          maxLength={254}
          defaultValue={form.typed("email")}
        />
      </Field>
      <Field
        label="Password"
        hint={form.errorOf("password") ? undefined : passwordHint}
        error={form.errorOf("password")}
      >
        <PasswordInput name="password" autoComplete="new-password" required maxLength={256} />
      </Field>
      <SubmitButton className="mt-1 w-full">Set up</SubmitButton>
    </form>
  );
}
