"use client";
import { Send } from "lucide-react";
import { useTransition } from "react";
import { Button } from "@/components/button";
import { useToast } from "@/components/toast";
import { testWebhookAction } from "../actions";

export function SendTestButton({ id }: { id: string }) {
  const [isSending, start] = useTransition();
  const toast = useToast();

  function test() {
    start(async () => {
      const result = await testWebhookAction(id);
      if (!result.ok) toast(result.error.message, "bad");
      else toast(result.value.sentence, result.value.ok ? "ok" : "bad");
    });
  }

  return (
    <Button variant="primary" icon={<Send aria-hidden />} pending={isSending} onClick={test}>
      Send test
    </Button>
  );
}
