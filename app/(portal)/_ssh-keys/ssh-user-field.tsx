"use client";
import { useState, useTransition } from "react";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import type { SshKeySummary } from "@/lib/ssh-keys/ssh-key";
import { type KeyPoint, nameSshUserAction } from "./actions";

/** For hosts that give each key a user name of its own: it is shown there once the key is added. */
export function SshUserField({
  point,
  sshUser,
  onChange,
}: {
  point: KeyPoint;
  sshUser: string | null;
  onChange: (key: SshKeySummary) => void;
}) {
  const [error, setError] = useState<string | null>(null);
  const [isSaving, start] = useTransition();

  function save(form: FormData) {
    start(async () => {
      const answer = await nameSshUserAction(point, String(form.get("sshUser") ?? ""));
      setError(answer.ok ? null : answer.error.message);
      if (answer.ok) onChange(answer.value);
    });
  }

  return (
    <form action={save}>
      <Field
        label="User name for SSH"
        hint="This host gives each key a name of its own, and shows it beside the key once it is added."
        error={error}
      >
        <div className="flex gap-2">
          <Input name="sshUser" mono autoComplete="off" spellCheck={false} defaultValue={sshUser ?? ""} />
          <Button type="submit" pending={isSaving}>
            Save
          </Button>
        </div>
      </Field>
    </form>
  );
}
