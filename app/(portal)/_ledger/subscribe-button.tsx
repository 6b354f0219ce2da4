"use client";
import { CalendarPlus } from "lucide-react";
import { useState, useTransition } from "react";
import { Button } from "@/components/button";
import { CopyButton } from "@/components/copy-button";
import { Dialog, FooterNote } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { Notice } from "@/components/notice";
import { makeCalendarLinkAction } from "./actions";

/** Makes a private calendar link and shows it: once, because it is not kept. `what` reads after "When …". */
export function SubscribeButton({ of, what }: { of: string; what: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button icon={<CalendarPlus aria-hidden />} onClick={() => setOpen(true)}>
        Subscribe
      </Button>
      {isOpen ? <SubscribeDialog of={of} what={what} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function SubscribeDialog({ of, what, onClose }: { of: string; what: string; onClose: () => void }) {
  const [link, setLink] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  function make() {
    start(async () => {
      const result = await makeCalendarLinkAction(of);
      if (result.ok) setLink(result.value.link);
      else setError(result.error.message);
    });
  }
  if (link) return <LinkDialog link={link} onClose={onClose} />;
  return (
    <Dialog
      open
      size="sm"
      title="Subscribe in your calendar"
      subtitle={`When ${what}, with a reminder a week before.`}
      busy={isBusy}
      onClose={onClose}
      footer={
        <>
          <Button disabled={isBusy} onClick={onClose}>
            Cancel
          </Button>
          <Button data-autofocus variant="primary" pending={isBusy} onClick={make}>
            Make the link
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {error ? <Notice tone="bad">{error}</Notice> : null}
        <p>You get a private link for Google Calendar, Outlook, Apple Calendar or any other that reads iCalendar.</p>
        <p className="text-muted">
          It answers for as long as you may see these credentials yourself, and until you revoke it. It holds no tokens.
          Your calendar has to be able to reach this portal.
        </p>
      </div>
    </Dialog>
  );
}

function LinkDialog({ link, onClose }: { link: string; onClose: () => void }) {
  return (
    <Dialog
      open
      dirty
      title="Add this link to your calendar"
      onClose={onClose}
      footer={
        <>
          <FooterNote>Lost it? Revoke it and make a new one.</FooterNote>
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Notice tone="warn">It is shown only now. Whoever has it can read the calendar, so do not share it.</Notice>
        <Field label="Calendar link">
          <Input mono readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
        </Field>
        <div>
          <CopyButton text={link} label="Copy link" size="md" />
        </div>
        <ul className="text-muted list-disc pl-5 text-sm">
          <li>Google Calendar: Other calendars, then From URL.</li>
          <li>Outlook: Add calendar, then Subscribe from web.</li>
          <li>Apple Calendar: File, then New Calendar Subscription.</li>
        </ul>
      </div>
    </Dialog>
  );
}
