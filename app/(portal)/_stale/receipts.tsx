import { Receipt as ReceiptIcon } from "lucide-react";
import { LinkButton } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { Notice } from "@/components/notice";
import { Pager } from "@/components/pager";
import { Section } from "@/components/section";
import type { Actor, Owner } from "@/lib/authz";
import { listOpenReceipts, listReceipts } from "@/lib/revocations/list-receipts";
import type { Receipt } from "@/lib/revocations/receipt";
import type { Scope } from "@/lib/revocations/scope";
import { ReceiptLine } from "./receipt-line";

/** All receipts of a scope, newest first. */
export async function Receipts(props: { actor: Actor; scope: Scope; path: string; after: string | null }) {
  const { actor, scope, path, after } = props;
  const page = await listReceipts(actor, scope, { after });
  if (!page.ok) {
    return (
      <Notice tone="bad" actions={<LinkButton href={`${path}?tab=receipts`}>Show the newest</LinkButton>}>
        {page.error.message}
      </Notice>
    );
  }
  const { receipts, older, open } = page.value;
  if (receipts.length === 0) {
    return (
      <EmptyState
        icon={<ReceiptIcon aria-hidden />}
        title="No receipts yet"
        action={<LinkButton href={path}>Stale credentials</LinkButton>}
      >
        When a credential is removed and revoked at its code host, what the host answered is kept here.
      </EmptyState>
    );
  }
  return (
    <>
      <p className="text-muted mb-3">
        {open === 0
          ? "All of these are closed: no copy of a removed token is kept."
          : `${open} ${open === 1 ? "is" : "are"} not known to be dead yet. A sealed copy is kept until then, 30 days at most, and checked by itself.`}
      </p>
      <ReceiptList label="Receipts" receipts={receipts} showOwner />
      <Pager
        previous={after ? `${path}?tab=receipts` : undefined}
        next={older ? `${path}?${new URLSearchParams({ tab: "receipts", after: older })}` : undefined}
      />
    </>
  );
}

/** The end of a credentials screen: what was removed and is not known to be dead. Nothing when there is nothing. */
export async function RemovedSection({ actor, owner }: { actor: Actor; owner: Owner }) {
  const open = await listOpenReceipts(actor, owner);
  if (!open.ok || open.value.length === 0) return null;
  return (
    <div className="mt-8">
      <Section
        title="Removed, not dead yet"
        description="These are removed here. A sealed copy is kept to check that they are dead at their code hosts too, 30 days at most."
      >
        <ReceiptList label="Removed, not dead yet" receipts={open.value} />
      </Section>
    </div>
  );
}

function ReceiptList(props: { label: string; receipts: readonly Receipt[]; showOwner?: boolean }) {
  const now = new Date().toISOString();
  return (
    <ul aria-label={props.label} className="border-line bg-panel divide-line divide-y rounded-lg border">
      {props.receipts.map((receipt) => (
        <ReceiptLine key={receipt.id} receipt={receipt} now={now} owner={props.showOwner} />
      ))}
    </ul>
  );
}
