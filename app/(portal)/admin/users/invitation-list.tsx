"use client";
import { Mail } from "lucide-react";
import { List, ListRow, RowText } from "@/components/list";
import { Time } from "@/components/time";
import type { PendingInvitation } from "@/lib/users/invitations";
import { RevokeButton } from "../../../_forms/revoke-button";
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
            actions={<RevokeInvitation id={id} email={email} />}
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

function RevokeInvitation({ id, email }: { id: string; email: string }) {
  const name = `Revoke the invitation of ${email}`;
  return (
    <RevokeButton
      label={name}
      title={name}
      done={`The invitation of ${email} is revoked`}
      revoke={() => revokeInvitationAction(id)}
    >
      <p>The link that you sent stops working. You can invite them again.</p>
    </RevokeButton>
  );
}
