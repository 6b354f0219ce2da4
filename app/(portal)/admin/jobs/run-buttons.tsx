"use client";
import { Play, RotateCw } from "lucide-react";
import { useTransition } from "react";
import { Button } from "@/components/button";
import { useToast } from "@/components/toast";
import { runJobAction, tryCodeHostAction } from "./actions";

export function RunButton({ name, title }: { name: string; title: string }) {
  const [isBusy, start] = useTransition();
  const toast = useToast();
  const run = () =>
    start(async () => {
      const result = await runJobAction(name);
      if (!result.ok) toast(result.error.message, "bad");
      else toast(`Asked for: ${title}`);
    });
  return (
    <Button size="sm" icon={<Play aria-hidden />} pending={isBusy} onClick={run} aria-label={`Run now: ${title}`}>
      Run now
    </Button>
  );
}

export function TryButton({ id, name }: { id: string; name: string }) {
  const [isBusy, start] = useTransition();
  const toast = useToast();
  const tryNow = () =>
    start(async () => {
      const result = await tryCodeHostAction(id);
      if (!result.ok) toast(result.error.message, "bad");
      else toast(`${name} is tried now`);
    });
  return (
    <Button size="sm" icon={<RotateCw aria-hidden />} pending={isBusy} onClick={tryNow} aria-label={`Try ${name} now`}>
      Try now
    </Button>
  );
}
