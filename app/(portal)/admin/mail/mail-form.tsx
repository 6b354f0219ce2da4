"use client";
import { useState } from "react";
import { Field } from "@/components/field";
import { Input, PasswordInput } from "@/components/input";
import { Notice } from "@/components/notice";
import { Section } from "@/components/section";
import { Select } from "@/components/select";
import { SubmitButton } from "@/components/submit-button";
import { useToast } from "@/components/toast";
import type { MailSettingsView } from "@/lib/mail/settings";
import { useForm } from "../../../_forms/use-form";
import { saveMailSettingsAction } from "./actions";
import { RemoveMailButton } from "./remove-mail-button";

/** The password is never among the values: the portal only says whether it has one. */
export function MailForm({ settings }: { settings: MailSettingsView | null }) {
  const toast = useToast();
  const form = useForm(saveMailSettingsAction, () => toast("The mail settings are saved"));
  const [security, setSecurity] = useState<string>(settings?.security ?? "starttls");
  return (
    <form {...form.props}>
      <Section
        title="Mail server"
        description="Your provider or your own mail server tells these. A server in a private network has to be in FORGEPASS_ALLOWED_NETWORKS."
        footer={
          <>
            {settings ? <RemoveMailButton host={settings.host} /> : null}
            <SubmitButton>Save</SubmitButton>
          </>
        }
      >
        {form.message ? <Notice tone="bad">{form.message}</Notice> : null}
        <div className="grid max-w-2xl gap-4 sm:grid-cols-[minmax(0,1fr)_7rem_11rem]">
          <Field label="Server" error={form.errorOf("host")}>
            <Input
              name="host"
              autoCapitalize="none"
              spellCheck={false}
              placeholder="smtp.example.com"
              maxLength={253}
              defaultValue={form.typed("host", settings?.host)}
            />
          </Field>
          <Field label="Port" error={form.errorOf("port")}>
            <Input
              name="port"
              inputMode="numeric"
              maxLength={5}
              defaultValue={form.typed("port", String(settings?.port ?? 587))}
            />
          </Field>
          <Field label="Encryption" error={form.errorOf("security")}>
            <Select name="security" value={security} onChange={(event) => setSecurity(event.target.value)}>
              <option value="starttls">STARTTLS, usually 587</option>
              <option value="tls">TLS, usually 465</option>
              <option value="none">None</option>
            </Select>
          </Field>
        </div>
        {security === "none" ? (
          <Notice tone="warn" className="max-w-2xl">
            Everybody on the way can read the mails and the password. Use this only for a server on this machine or in a
            network that you trust.
          </Notice>
        ) : null}
        <div className="grid max-w-2xl gap-4 sm:grid-cols-2">
          <Field
            label="User name"
            aside="Optional"
            hint="Leave it empty where the server wants no login."
            error={form.errorOf("username")}
          >
            <Input
              name="username"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={320}
              defaultValue={form.typed("username", settings?.username)}
            />
          </Field>
          <Field
            label="Password"
            hint={settings?.hasPassword ? "One is stored. Leave this empty to keep it." : undefined}
            error={form.errorOf("password")}
          >
            <PasswordInput name="password" autoComplete="new-password" maxLength={1000} />
          </Field>
        </div>
        <Field
          label="Sender's address"
          hint="Mails come from it. The server has to accept it."
          error={form.errorOf("fromAddress")}
          className="max-w-sm"
        >
          <Input
            name="fromAddress"
            type="email"
            autoComplete="off"
            placeholder="forgepass@example.com"
            maxLength={254}
            defaultValue={form.typed("fromAddress", settings?.fromAddress)}
          />
        </Field>
      </Section>
    </form>
  );
}
