"use client";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { Notice } from "@/components/notice";
import { SubmitButton } from "@/components/submit-button";
import { NewNameField, NewPasswordField } from "../_forms/new-person-fields";
import { requestSignIn } from "../_forms/sign-in-request";
import { useForm } from "../_forms/use-form";
import { acceptInvitationAction } from "./actions";

/** Makes the account that the invitation is for and signs in with it. `email` is shown, never sent. */
export function InviteForm({ token, email }: { token: string; email: string }) {
  const form = useForm(acceptInvitationAction, async (account, data) => {
    const signedIn = await requestSignIn(account.email, String(data.get("password")));
    window.location.assign(signedIn.ok ? "/" : "/sign-in");
  });
  return (
    <form {...form.props} className="flex flex-col gap-4">
      {form.message ? <Notice tone="bad">{form.message}</Notice> : null}
      <input type="hidden" name="token" value={token} />
      <Field label="E-mail" hint="You sign in with it.">
        {/* Without a name it is not sent; password managers still see whom the password is for. */}
        <Input type="email" autoComplete="username" readOnly value={email} className="text-muted" />
      </Field>
      <NewNameField form={form} />
      <NewPasswordField form={form} />
      <SubmitButton className="mt-1 w-full">Make account</SubmitButton>
    </form>
  );
}
