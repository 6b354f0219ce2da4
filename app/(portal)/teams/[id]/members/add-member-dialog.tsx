"use client";
import { UserPlus } from "lucide-react";
import { useId, useRef, useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { Notice } from "@/components/notice";
import { Select } from "@/components/select";
import { useToast } from "@/components/toast";
import { useForm } from "../../../../_forms/use-form";
import { addMemberAction, suggestPeopleAction } from "../../actions";

interface Props {
  teamId: string;
  teamName: string;
  /** Site admins choose from those who are here; others type a whole address. */
  isAdmin: boolean;
}

export function AddMemberButton(props: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="primary" icon={<UserPlus aria-hidden />} onClick={() => setOpen(true)}>
        Add member
      </Button>
      {isOpen ? <AddMemberDialog {...props} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function AddMemberDialog({ teamId, teamName, isAdmin, onClose }: Props & { onClose: () => void }) {
  const formId = useId();
  const listId = useId();
  const toast = useToast();
  const { people, suggest } = useSuggestions(isAdmin);
  const form = useForm(addMemberAction, ({ name }) => {
    toast(`${name} is in the team`);
    onClose();
  });
  return (
    <Dialog
      open
      size="sm"
      title={`Add somebody to ${teamName}`}
      subtitle="They need an account on this site. It counts at once."
      busy={form.isPending}
      onClose={onClose}
      footer={
        <>
          <Button disabled={form.isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary" pending={form.isPending}>
            Add
          </Button>
        </>
      }
    >
      <form id={formId} {...form.props} className="flex flex-col gap-4">
        {form.message ? <Notice tone="bad">{form.message}</Notice> : null}
        <input type="hidden" name="teamId" value={teamId} />
        <Field
          label="E-mail"
          hint={isAdmin ? "Type a name or an address, and choose." : "The whole address that they sign in with."}
          error={form.errorOf("email")}
        >
          <Input
            name="email"
            type="email"
            autoComplete="off"
            autoFocus
            maxLength={254}
            spellCheck={false}
            list={isAdmin ? listId : undefined}
            defaultValue={form.typed("email")}
            onChange={(event) => suggest(event.target.value)}
          />
        </Field>
        {isAdmin ? (
          <datalist id={listId}>
            {people.map(({ email, name }) => (
              <option key={email} value={email}>
                {name}
              </option>
            ))}
          </datalist>
        ) : null}
        <Field
          label="Role"
          hint="Maintainers add members and manage the team’s credentials."
          error={form.errorOf("role")}
        >
          <Select name="role" key={form.typed("role")} defaultValue={form.typed("role", "MEMBER")}>
            <option value="MEMBER">Member</option>
            <option value="MAINTAINER">Maintainer</option>
          </Select>
        </Field>
      </form>
    </Dialog>
  );
}

const WAIT_MS = 200;

/** Whom a site admin could mean, shortly after the last key. */
function useSuggestions(isAdmin: boolean) {
  const [people, setPeople] = useState<{ name: string; email: string }[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  function suggest(text: string) {
    if (!isAdmin) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(async () => {
      const found = await suggestPeopleAction(text);
      if (found.ok) setPeople(found.value);
    }, WAIT_MS);
  }
  return { people, suggest };
}
