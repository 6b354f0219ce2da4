"use client";
import { RotateCw } from "lucide-react";
import { useTransition } from "react";
import { Button } from "@/components/button";
import { ListRow, RowText } from "@/components/list";
import { Code } from "@/components/scope-chip";
import { StateIcon } from "@/components/state-icon";
import { Time } from "@/components/time";
import { useToast } from "@/components/toast";
import type { Delivery } from "@/lib/webhooks/list-webhooks";
import { resendWebhookDeliveryAction } from "../actions";
import { STATES } from "../webhook-state";

/** One message: what it says, how often it was tried and what came back. */
export function DeliveryRow({ delivery, now }: { delivery: Delivery; now: string }) {
  const [isSending, start] = useTransition();
  const toast = useToast();
  const { id, event, title, attempts, lastStatus, lastError, createdAt, deliveredAt, nextAttemptAt } = delivery;
  const { state, word } = STATES[delivery.state];

  function resend() {
    start(async () => {
      const result = await resendWebhookDeliveryAction(id);
      if (!result.ok) toast(result.error.message, "bad");
      else toast(result.value.sentence, result.value.ok ? "ok" : "bad");
    });
  }

  return (
    <ListRow
      state={<StateIcon state={state} label={word} />}
      title={title || event}
      subtitle={<Time at={createdAt} now={now} />}
      actions={
        <Button
          size="sm"
          icon={<RotateCw aria-hidden />}
          pending={isSending}
          aria-label={`Send again: ${title || event}`}
          onClick={resend}
        >
          Send again
        </Button>
      }
    >
      <RowText>
        <Code>{event}</Code> · {word}
        {deliveredAt ? (
          <>
            {" "}
            <Time at={deliveredAt} now={now} />
          </>
        ) : null}
        {lastStatus ? ` · HTTP ${lastStatus}` : ""} · {tries(attempts)}
      </RowText>
      {lastError ? <RowText>{lastError}</RowText> : null}
      {nextAttemptAt && lastError ? (
        <RowText>
          It is tried again <Time at={nextAttemptAt} now={now} />.
        </RowText>
      ) : null}
      <p className="text-muted text-sm break-all">
        Id <Code>{id}</Code>
      </p>
    </ListRow>
  );
}

function tries(count: number): string {
  if (count === 0) return "not tried yet";
  return count === 1 ? "1 try" : `${count} tries`;
}
