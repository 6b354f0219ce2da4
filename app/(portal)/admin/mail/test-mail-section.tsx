"use client";
import { Send } from "lucide-react";
import { useState, useTransition } from "react";
import { Button } from "@/components/button";
import { Notice } from "@/components/notice";
import { Section } from "@/components/section";
import { sendTestMailAction } from "./actions";

type Answer = Awaited<ReturnType<typeof sendTestMailAction>>;

/** One mail to oneself, with the saved settings, and what the server said. */
export function TestMailSection({ to, host, publicUrl }: { to: string; host: string; publicUrl: string }) {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [isSending, start] = useTransition();

  function send() {
    setAnswer(null);
    start(async () => setAnswer(await sendTestMailAction()));
  }

  return (
    <Section
      title="Try it"
      description={`Sends one mail to ${to}, with what is saved above. It takes ten seconds at most. Links in mails lead to ${publicUrl}, which AUTH_URL sets.`}
      footer={
        <Button icon={<Send aria-hidden />} pending={isSending} onClick={send}>
          Send test
        </Button>
      }
    >
      {answer ? <AnswerNotice answer={answer} host={host} /> : null}
    </Section>
  );
}

function AnswerNotice({ answer, host }: { answer: Answer; host: string }) {
  const said = answer.ok ? answer.value.serverSaid : answer.error.serverSaid;
  const quoted = said ? (
    <span className="text-muted">
      {" "}
      It said: “<span className="break-all">{said}</span>”
    </span>
  ) : null;
  return answer.ok ? (
    <Notice tone="ok">
      {host} took the mail for {answer.value.to}. Look whether it arrives.{quoted}
    </Notice>
  ) : (
    <Notice tone="bad">
      {answer.error.message}
      {quoted}
    </Notice>
  );
}
