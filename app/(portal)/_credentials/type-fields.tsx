"use client";
import { useState } from "react";
import { Field } from "@/components/field";
import { Input, SecretInput } from "@/components/input";
import type { CredentialField } from "@/lib/hosts/adapter";

/** Prefix of the form's names, apart from the token's and the repository's. */
const PREFIX = "field:";

/** What a type of token asks for besides the secret. A secret one is held nowhere but in the form. */
export function TypeFields({
  fields,
  stored,
  errors,
  disabled,
  onChange,
}: {
  fields: readonly CredentialField[];
  /** As entered before, by field id: what is replaced is mostly of the same account. */
  stored: Readonly<Record<string, string>>;
  errors: Readonly<Record<string, string>>;
  disabled: boolean;
  onChange: () => void;
}) {
  return fields.map((field) => (
    <TypeField
      key={field.id}
      field={field}
      stored={stored[field.id]}
      error={errors[field.id]}
      disabled={disabled}
      onChange={onChange}
    />
  ));
}

function TypeField({
  field: { id, label, hint, placeholder, secret, optional, check },
  stored,
  error,
  disabled,
  onChange,
}: {
  field: CredentialField;
  stored: string | undefined;
  error: string | undefined;
  disabled: boolean;
  onChange: () => void;
}) {
  const [wrong, setWrong] = useState<string | null>(null);
  const look = (value: string) => setWrong(value.trim() === "" ? null : check(value.trim()));
  const control = {
    name: `${PREFIX}${id}`,
    placeholder,
    readOnly: disabled,
    required: !optional,
    // Of what is empty, the first has the focus; the token's field comes after these.
    "data-autofocus": stored === undefined && !optional ? "" : undefined,
    onChange,
    // What is still being typed is not wrong yet.
    onBlur: (event: React.FocusEvent<HTMLInputElement>) => look(event.target.value),
  };
  return (
    <Field label={label} hint={hint} error={error ?? wrong} aside={optional ? "Optional" : undefined} className="mb-3">
      {secret ? (
        <SecretInput {...control} />
      ) : (
        <Input {...control} defaultValue={stored} mono autoComplete="off" autoCapitalize="none" spellCheck={false} />
      )}
    </Field>
  );
}

/** What was entered into them, by field id; null when there is nothing to send. */
export function readTypeFields(values: FormData): Record<string, string> | null {
  const entered = [...values].flatMap(([name, value]) =>
    name.startsWith(PREFIX) && typeof value === "string" && value.trim() !== ""
      ? [[name.slice(PREFIX.length), value.trim()] as const]
      : [],
  );
  return entered.length > 0 ? Object.fromEntries(entered) : null;
}
