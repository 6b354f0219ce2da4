"use client";
import { Mail } from "lucide-react";
import { useState, useTransition } from "react";
import { Button } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { List, ListRow, RowText } from "@/components/list";
import { Time } from "@/components/time";
import { useToast } from "@/components/toast";
import type { PendingInvitation } from "@/lib/users/invitations";
import { revokeInvitationAction } from "./actions";

/** Invitations that nobody has used yet. */
export function InvitationList({ invitations, now }: { invitations: PendingInvitation[]; now: string }) {
  return (
    <section aria-labelledby="invitations" className="mb-7">
      <h2 id="invitations" className="mb-2.5 font-semibold">
        Pending invitations
      </h2>
      <List label="Pending invitations">
        {invitations.map(({ id, email, role, createdBy, expiresAt }) => (
          <ListRow
            key={id}
            icon={<Mail aria-hidden />}
            title={<span className="break-all">{email}</span>}
            subtitle={role === "ADMIN" ? "as site admin" : "as user"}
            actions={<RevokeButton id={id} email={email} />}
          >
            <RowText>
              {createdBy ? `From ${createdBy} · ends ` : "Ends "}
              <Time at={expiresAt.toISOString()} now={now} />
            </RowText>
          </ListRow>
        ))}
      </List>
    </section>
  );
}

function RevokeButton({ id, email }: { id: string; email: string }) {
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const toast = useToast();
  function close() {
    setError(null);
    setAsking(false);
  }
  function revoke() {
    start(async () => {
      const result = await revokeInvitationAction(id);
      if (!result.ok) return setError(result.error.message);
      toast(`The invitation of ${email} is revoked`);
      close();
    });
  }
  return (
    <>
      <Button size="sm" onClick={() => setAsking(true)} aria-label={`Revoke the invitation of ${email}`}>
        Revoke
      </Button>
      <ConfirmDialog
        open={isAsking}
        title={`Revoke the invitation of ${email}`}
        confirmLabel="Revoke"
        busy={isBusy}
        error={error}
        onConfirm={revoke}
        onClose={close}
      >
        <p>The link that you sent stops working. You can invite them again.</p>
      </ConfirmDialog>
    </>
  );
}
