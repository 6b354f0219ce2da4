"use client";
import { useTransition } from "react";
import { Button } from "@/components/button";
import { useToast } from "@/components/toast";
import { endOtherSessionsAction, endSessionAction } from "./actions";

export function EndSessionButton({ id, device }: { id: string; device: string }) {
  const [isPending, start] = useTransition();
  const toast = useToast();
  function end() {
    start(async () => {
      const result = await endSessionAction(id);
      if (result.ok) toast(`The session of ${device} is ended`);
      else toast(result.error.message, "bad");
    });
  }
  return (
    <Button size="sm" pending={isPending} onClick={end} aria-label={`End the session of ${device}`}>
      End
    </Button>
  );
}

export function EndOthersButton({ count }: { count: number }) {
  const [isPending, start] = useTransition();
  const toast = useToast();
  function end() {
    start(async () => {
      const result = await endOtherSessionsAction();
      if (result.ok) toast("All other sessions are ended");
      else toast(result.error.message, "bad");
    });
  }
  return (
    <Button pending={isPending} onClick={end}>
      {count === 1 ? "End the other one" : `End the ${count} others`}
    </Button>
  );
}
