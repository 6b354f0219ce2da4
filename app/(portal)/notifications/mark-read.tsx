"use client";
import { Check, CheckCheck } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { type MouseEvent, type ReactNode, useTransition } from "react";
import { Button, IconButton } from "@/components/button";
import { useToast } from "@/components/toast";
import { markAllReadAction, markReadAction } from "./actions";

export function MarkReadButton({ id, title }: { id: string; title: string }) {
  const [isPending, start] = useTransition();
  const toast = useToast();
  function mark() {
    start(async () => {
      const result = await markReadAction(id);
      if (!result.ok) toast(result.error.message, "bad");
    });
  }
  return (
    <IconButton label={`Mark as read: ${title}`} variant="ghost" size="sm" disabled={isPending} onClick={mark}>
      <Check aria-hidden />
    </IconButton>
  );
}

export function MarkAllReadButton() {
  const [isPending, start] = useTransition();
  const toast = useToast();
  function mark() {
    start(async () => {
      const result = await markAllReadAction();
      toast(result.ok ? "Everything is marked as read" : result.error.message, result.ok ? undefined : "bad");
    });
  }
  return (
    <Button icon={<CheckCheck aria-hidden />} pending={isPending} onClick={mark}>
      Mark all as read
    </Button>
  );
}

/** A link that marks its notification as read on the way. In a new tab it is a plain link. */
export function ReadingLink(props: { id: string; href: string; isRead: boolean; children: ReactNode }) {
  const { id, href, isRead, children } = props;
  const router = useRouter();
  const [, start] = useTransition();
  function follow(event: MouseEvent) {
    if (isRead || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    start(async () => {
      await markReadAction(id);
      router.push(href);
    });
  }
  return (
    <Link prefetch={false} href={href} onClick={follow} className="hover:underline">
      {children}
    </Link>
  );
}
