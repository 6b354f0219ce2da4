"use client";
import { KeyRound } from "lucide-react";
import { Button } from "@/components/button";
import { CopyButton } from "@/components/copy-button";
import { Dialog, FooterNote } from "@/components/dialog";
import { Code } from "@/components/scope-chip";

/** The signing secret, shown this once. */
export function SecretDialog({
  name,
  secret,
  isNew,
  onClose,
}: {
  name: string;
  secret: string;
  /** It takes another one's place. */
  isNew: boolean;
  onClose: () => void;
}) {
  return (
    <Dialog
      open
      dirty
      title={`Signing secret of ${name}`}
      icon={<KeyRound aria-hidden />}
      onClose={onClose}
      footer={
        <>
          <FooterNote>It is not shown again.</FooterNote>
          <Button data-autofocus variant="primary" onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p>
          Give it to the receiver, which checks with it that a message is from here.
          {isNew ? " From now on messages are signed with it, and no longer with the one before." : ""}
        </p>
        <div className="border-line bg-ground flex flex-wrap items-center justify-between gap-3 rounded-md border px-3 py-2">
          <Code className="min-w-0 break-all">{secret}</Code>
          <CopyButton text={secret} label="Copy secret" />
        </div>
      </div>
    </Dialog>
  );
}
