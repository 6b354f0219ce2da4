"use client";
import { Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useId, useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { Notice } from "@/components/notice";
import { useToast } from "@/components/toast";
import { useForm } from "../../_forms/use-form";
import { createTeamAction, editTeamAction } from "./actions";

/** A team as its menu and its dialogs know it. */
export interface ShownTeam {
  id: string;
  name: string;
  description: string;
  credentialCount: number;
}

/** Makes a team, and goes to its members: somebody has to run it. */
export function NewTeamButton() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setOpen(true)}>
        New team
      </Button>
      {isOpen ? <NewTeamDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function NewTeamDialog({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const toast = useToast();
  const form = useForm(createTeamAction, ({ id, name }) => {
    toast(`${name} is made`);
    router.push(`/teams/${id}/members`);
    onClose();
  });
  return (
    <TeamDialog
      title="New team"
      subtitle="Its maintainers add members and the team’s own credentials."
      submit="Make the team"
      form={form}
      onClose={onClose}
    >
      <Field label="Name" error={form.errorOf("name")}>
        <Input name="name" autoComplete="off" autoFocus maxLength={100} defaultValue={form.typed("name")} />
      </Field>
      <DescriptionField error={form.errorOf("description")} value={form.typed("description")} />
    </TeamDialog>
  );
}

/** Without `mayRename` only what it is for. */
export function EditTeamDialog(props: { team: ShownTeam; mayRename: boolean; onClose: () => void }) {
  const { team, mayRename, onClose } = props;
  const toast = useToast();
  const form = useForm(editTeamAction, ({ name }) => {
    toast(`${name} is saved`);
    onClose();
  });
  return (
    <TeamDialog title={`Edit ${team.name}`} submit="Save" form={form} onClose={onClose}>
      <input type="hidden" name="id" value={team.id} />
      {mayRename ? (
        <Field label="Name" error={form.errorOf("name")}>
          <Input
            name="name"
            autoComplete="off"
            autoFocus
            maxLength={100}
            defaultValue={form.typed("name", team.name)}
          />
        </Field>
      ) : null}
      <DescriptionField
        error={form.errorOf("description")}
        value={form.typed("description", team.description)}
        autoFocus={!mayRename}
      />
    </TeamDialog>
  );
}

function DescriptionField(props: { error: string | undefined; value: string; autoFocus?: boolean }) {
  return (
    <Field label="What it is for" aside="Optional" error={props.error}>
      <Input
        name="description"
        autoComplete="off"
        maxLength={300}
        defaultValue={props.value}
        autoFocus={props.autoFocus}
      />
    </Field>
  );
}

function TeamDialog({
  title,
  subtitle,
  submit,
  form,
  onClose,
  children,
}: {
  title: string;
  subtitle?: string;
  submit: string;
  form: Pick<ReturnType<typeof useForm>, "props" | "isPending" | "message">;
  onClose: () => void;
  children: ReactNode;
}) {
  const formId = useId();
  return (
    <Dialog
      open
      size="sm"
      title={title}
      subtitle={subtitle}
      busy={form.isPending}
      onClose={onClose}
      footer={
        <>
          <Button disabled={form.isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary" pending={form.isPending}>
            {submit}
          </Button>
        </>
      }
    >
      <form id={formId} {...form.props} className="flex flex-col gap-4">
        {form.message ? <Notice tone="bad">{form.message}</Notice> : null}
        {children}
      </form>
    </Dialog>
  );
}
