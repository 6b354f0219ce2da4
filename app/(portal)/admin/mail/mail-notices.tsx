import { Notice } from "@/components/notice";
import { Time } from "@/components/time";
import type { MailState } from "@/lib/mail/mail-state";

/** How sending goes, from the most pressing: the server cannot be used; some mails did not go; all is well. */
export function MailNotices({ state, isSetUp, now }: { state: MailState; isSetUp: boolean; now: string }) {
  const { waiting, sentAt, trouble, retryAt } = state;
  const lost = lostSentence(state);
  return (
    <div className="mb-6 flex flex-col gap-3">
      {trouble ? (
        <Notice tone="bad" title="Mail cannot be sent at the moment">
          {trouble}{" "}
          {retryAt ? (
            <>
              It is tried again {retryAt > now ? <Time at={retryAt} now={now} /> : "within 5 minutes"}, and at once
              after a test that goes well.{" "}
            </>
          ) : null}
          {waiting > 0 ? `${notifications(waiting)} ${waiting === 1 ? "waits" : "wait"} to be mailed.` : null}
        </Notice>
      ) : null}
      {lost && state.since ? (
        <Notice tone="warn" title={lost}>
          The first is from <Time at={state.since} now={now} />. They are in the portal, under the bell.
        </Notice>
      ) : null}
      {!isSetUp ? (
        <Notice title="Mail is not set up">
          People are told in the portal only.
          {waiting > 0
            ? ` ${notifications(waiting)} ${waiting === 1 ? "waits" : "wait"} for a mail server, for three days at most.`
            : null}
        </Notice>
      ) : null}
      {isSetUp && !trouble && sentAt ? (
        <Notice tone="ok">
          The server last took a mail <Time at={sentAt} now={now} />.
          {waiting > 0 ? ` ${notifications(waiting)} ${waiting === 1 ? "waits" : "wait"} for the next mails.` : null}
        </Notice>
      ) : null}
    </div>
  );
}

function lostSentence({ failed, unknown, people }: MailState): string | null {
  const who = `to ${people === 1 ? "1 person" : `${people.toLocaleString("en")} people`}`;
  if (failed > 0 && unknown > 0) {
    return `${notifications(failed)} could not be mailed, and ${unknown.toLocaleString("en")} may not have been, ${who}`;
  }
  if (failed > 0) return `${notifications(failed)} ${who} could not be mailed`;
  return unknown > 0 ? `${notifications(unknown)} ${who} may not have been mailed` : null;
}

function notifications(count: number): string {
  return count === 1 ? "1 notification" : `${count.toLocaleString("en")} notifications`;
}
