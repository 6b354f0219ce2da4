"use client";
import { UserPlus } from "lucide-react";
import { useId, useState } from "react";
import { Button } from "@/components/button";
import { CopyButton } from "@/components/copy-button";
import { Dialog, FooterNote } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { Notice } from "@/components/notice";
import { Select } from "@/components/select";
import type { NewInvitation } from "@/lib/users/invitations";
import { useForm } from "../../../_forms/use-form";
import { inviteUserAction } from "./actions";

export function InviteButton() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="primary" icon={<UserPlus aria-hidden />} onClick={() => setOpen(true)}>
        Invite a user
      </Button>
      {isOpen ? <InviteDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}

/** Asks whom to invite as what, then shows the link: once, because it is not kept. */
function InviteDialog({ onClose }: { onClose: () => void }) {
  const [invitation, setInvitation] = useState<NewInvitation | null>(null);
  if (invitation) return <LinkDialog invitation={invitation} onClose={onClose} />;
  return <WhomDialog onInvited={setInvitation} onClose={onClose} />;
}

function WhomDialog(props: { onInvited: (invitation: NewInvitation) => void; onClose: () => void }) {
  const formId = useId();
  const form = useForm(inviteUserAction, props.onInvited);
  return (
    <Dialog
      open
      size="sm"
      title="Invite a user"
      subtitle="You get a link to send them. It works once, for seven days."
      busy={form.isPending}
      onClose={props.onClose}
      footer={
        <>
          <Button disabled={form.isPending} onClick={props.onClose}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary" pending={form.isPending}>
            Make the link
          </Button>
        </>
      }
    >
      <form id={formId} {...form.props} className="flex flex-col gap-4">
        {form.message ? <Notice tone="bad">{form.message}</Notice> : null}
        <Field label="E-mail" error={form.errorOf("email")}>
          <Input
            name="email"
            type="email"
            autoComplete="off"
            autoFocus
            maxLength={254}
            defaultValue={form.typed("email")}
          />
        </Field>
        <Field
          label="Role"
          hint="Site admins manage code hosts, global credentials and people."
          error={form.errorOf("role")}
        >
          <Select name="role" key={form.typed("role")} defaultValue={form.typed("role", "USER")}>
            <option value="USER">User</option>
            <option value="ADMIN">Site admin</option>
          </Select>
        </Field>
      </form>
    </Dialog>
  );
}

function LinkDialog({ invitation, onClose }: { invitation: NewInvitation; onClose: () => void }) {
  return (
    <Dialog
      open
      dirty
      title={`Send this link to ${invitation.email}`}
      onClose={onClose}
      footer={
        <>
          <FooterNote>Lost it? Invite them again: that makes a new link.</FooterNote>
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Notice tone="warn">
          It is shown only now, works once and ends after seven days. Whoever opens it gets the account.
        </Notice>
        <Field label="Invitation link">
          <Input mono readOnly value={invitation.link} onFocus={(event) => event.currentTarget.select()} />
        </Field>
        <div>
          <CopyButton text={invitation.link} label="Copy link" size="md" />
        </div>
      </div>
    </Dialog>
  );
}
