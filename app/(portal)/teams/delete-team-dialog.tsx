"use client";
import { useId } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { Notice } from "@/components/notice";
import { useToast } from "@/components/toast";
import { useForm } from "../../_forms/use-form";
import { deleteTeamAction } from "./actions";
import type { ShownTeam } from "./team-form";

/** Asks for the name to be typed, and says what goes with the team. */
export function DeleteTeamDialog(props: { team: ShownTeam; onDeleted: () => void; onClose: () => void }) {
  const { team, onDeleted, onClose } = props;
  const formId = useId();
  const textId = useId();
  const toast = useToast();
  const form = useForm(deleteTeamAction, () => {
    toast(`${team.name} is deleted`);
    onClose();
    onDeleted();
  });
  return (
    <Dialog
      open
      size="sm"
      role="alertdialog"
      describedBy={textId}
      title={`Delete ${team.name}`}
      busy={form.isPending}
      onClose={onClose}
      footer={
        <>
          <Button disabled={form.isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="danger" pending={form.isPending}>
            Delete team
          </Button>
        </>
      }
    >
      <form id={formId} {...form.props} className="flex flex-col gap-4">
        <p id={textId} className="text-muted">
          {consequence(team.credentialCount)}
        </p>
        {form.message ? <Notice tone="bad">{form.message}</Notice> : null}
        <input type="hidden" name="id" value={team.id} />
        <Field
          label={
            <>
              Type <span className="font-mono break-all">{team.name}</span> to confirm
            </>
          }
          error={form.errorOf("confirmation")}
        >
          <Input name="confirmation" autoComplete="off" autoFocus maxLength={100} spellCheck={false} />
        </Field>
      </form>
    </Dialog>
  );
}

function consequence(credentials: number): string {
  if (credentials === 0) return "The team goes for good. It has no credentials; its members keep theirs.";
  const what = credentials === 1 ? "its 1 credential" : `its ${credentials} credentials`;
  const tokens =
    credentials === 1
      ? "At the code host the token lives on until it is"
      : "At the code hosts the tokens live on until they are";
  return `The team and ${what} go for good, and tools that use them for its members stop working or act as somebody else. ${tokens} deleted there. Its members keep theirs.`;
}
