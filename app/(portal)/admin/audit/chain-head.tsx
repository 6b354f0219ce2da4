import { CopyButton } from "@/components/copy-button";
import { Code } from "@/components/scope-chip";
import { Section } from "@/components/section";

/** The newest entry's number and mac, as `audit verify --head` reads it. Without a note of it elsewhere, a log that was
 * cut off looks whole. */
export function ChainHead({ head: { seq, mac } }: { head: { seq: string; mac: string } }) {
  const text = JSON.stringify({ seq, mac });
  return (
    <div className="mt-6">
      <Section
        title="Head of the log"
        description={
          <>
            Keep it in a file outside this machine, and a new one from time to time. Then{" "}
            <Code>npm run admin -- audit verify --head FILE</Code> finds every changed entry, and also whether the end
            was cut off.
          </>
        }
        footer={<CopyButton text={text} label="Copy the head" />}
      >
        <p className="break-all">
          <Code>{text}</Code>
        </p>
      </Section>
    </div>
  );
}
