import { StateIcon } from "@/components/state-icon";
import { TextLink } from "@/components/text-link";
import type { ConnectionTest } from "@/lib/code-hosts/test-connection";

/** What answered at the address, or precisely why nothing usable did. */
export function ConnectionAnswer({ test: { answer, baseUrl } }: { test: ConnectionTest }) {
  if (answer.ok) {
    const { product, version, elapsedMs } = answer;
    return (
      <Line state="ok" label="Connected">
        {product}
        {version ? ` ${version}` : ""} answers at <span className="break-all">{baseUrl}</span> in {elapsedMs} ms.
        {version ? null : <span className="text-muted"> It does not tell its version.</span>}
      </Line>
    );
  }
  return (
    <Line state="bad" label="Failed">
      {answer.message}
      {answer.hostSaid ? <span className="text-muted"> It said: “{answer.hostSaid}”</span> : null}
      {answer.url ? (
        <>
          {" "}
          <TextLink href={answer.url} external>
            See it there
          </TextLink>
        </>
      ) : null}
    </Line>
  );
}

function Line(props: { state: "ok" | "bad"; label: string; children: React.ReactNode }) {
  return (
    <p className="animate-arrive flex items-start gap-2">
      <StateIcon state={props.state} label={props.label} className="mt-0.5 size-4" />
      <span className="min-w-0">{props.children}</span>
    </p>
  );
}
