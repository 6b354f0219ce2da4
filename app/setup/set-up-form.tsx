"use client";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { Notice } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { NewNameField, NewPasswordField } from "../_forms/new-person-fields";
import { requestSignIn } from "../_forms/sign-in-request";
import { useForm } from "../_forms/use-form";
import { claimPortalAction } from "./actions";

/** Makes the first admin and signs them in. */
export function SetUpForm({ token }: { token: string }) {
  const form = useForm(claimPortalAction, async ({ email }, data) => {
    const signedIn = await requestSignIn(email, String(data.get("password")));
    window.location.assign(signedIn.ok ? "/" : "/sign-in");
  });
  return (
    <form {...form.props} className="flex flex-col gap-4">
      {form.message ? <Notice tone="bad">{form.message}</Notice> : null}
      <input type="hidden" name="token" value={token} />
      <NewNameField form={form} />
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
      <NewPasswordField form={form} />
      <SubmitButton className="mt-1 w-full">Set up</SubmitButton>
    </form>
  );
}
