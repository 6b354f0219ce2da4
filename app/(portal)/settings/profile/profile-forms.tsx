"use client";
import { Field } from "@/components/field";
import { Input, PasswordInput } from "@/components/input";
import { Notice } from "@/components/notice";
import { Section } from "@/components/section";
import { SubmitButton } from "@/components/submit-button";
import { useToast } from "@/components/toast";
import { passwordHint } from "../../../_forms/password-hint";
import { useForm } from "../../../_forms/use-form";
import { changeEmailAction, changeNameAction, changePasswordAction } from "./actions";

export function NameForm({ name }: { name: string }) {
  const toast = useToast();
  const form = useForm(changeNameAction, () => toast("Your name is changed"));
  return (
    <form {...form.props}>
      <Section title="Name" footer={<SubmitButton variant="secondary">Change name</SubmitButton>}>
        {form.message ? <Notice tone="bad">{form.message}</Notice> : null}
        <Field label="Your name" hideLabel error={form.errorOf("name")} className="max-w-sm">
          <Input key={name} name="name" autoComplete="name" maxLength={100} defaultValue={form.typed("name", name)} />
        </Field>
      </Section>
    </form>
  );
}

export function EmailForm({ email }: { email: string }) {
  const toast = useToast();
  const form = useForm(changeEmailAction, () => toast("Your e-mail address is changed"));
  return (
    <form {...form.props}>
      <Section
        title="E-mail"
        description="You sign in with it."
        footer={<SubmitButton variant="secondary">Change e-mail</SubmitButton>}
      >
        {form.message ? <Notice tone="bad">{form.message}</Notice> : null}
        <Field label="E-mail address" error={form.errorOf("email")} className="max-w-sm">
          <Input
            key={email}
            name="email"
            type="email"
            autoComplete="email"
            maxLength={254}
            defaultValue={form.typed("email", email)}
          />
        </Field>
        <Field label="Your password" error={form.errorOf("currentPassword")} className="max-w-sm">
          <PasswordInput name="currentPassword" autoComplete="current-password" maxLength={256} />
        </Field>
      </Section>
    </form>
  );
}

export function PasswordForm({ email }: { email: string }) {
  const toast = useToast();
  const form = useForm(changePasswordAction, ({ sessionsEnded }) =>
    toast(`Your password is changed${sessionsEnded > 0 ? ` and ${others(sessionsEnded)} ended` : ""}`),
  );
  return (
    <form {...form.props}>
      <Section
        title="Password"
        description="A new one signs you out everywhere else."
        footer={<SubmitButton variant="secondary">Change password</SubmitButton>}
      >
        {form.message ? <Notice tone="bad">{form.message}</Notice> : null}
        {/* Tells password managers whose password it is; without a name it is not sent. */}
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        <Field label="Current password" error={form.errorOf("currentPassword")} className="max-w-sm">
          <PasswordInput name="currentPassword" autoComplete="current-password" maxLength={256} />
        </Field>
        <Field
          label="New password"
          hint={form.errorOf("newPassword") ? undefined : passwordHint}
          error={form.errorOf("newPassword")}
          className="max-w-sm"
        >
          <PasswordInput name="newPassword" autoComplete="new-password" maxLength={256} />
        </Field>
      </Section>
    </form>
  );
}

function others(count: number): string {
  return count === 1 ? "one other session" : `${count} other sessions`;
}
