import { CopyButton } from "@/components/copy-button";
import { Code } from "@/components/scope-chip";
import { Section } from "@/components/section";

/** The newest entry's number and mac. Without a note of it elsewhere, a log that was cut off looks whole. */
export function ChainHead({ head }: { head: { seq: string; mac: string } }) {
  return (
    <div className="mt-6">
      <Section
        title="Head of the log"
        description="Note it somewhere outside this machine from time to time. Checked against it, the log shows also whether its end was cut off."
        footer={<CopyButton text={`${head.seq} ${head.mac}`} label="Copy the head" />}
      >
        <p className="break-all">
          <Code>
            {head.seq} {head.mac}
          </Code>
        </p>
      </Section>
    </div>
  );
}
