import { type ReactNode, useId } from "react";
import { Checkbox } from "@/components/checkbox";
import { CopyButton } from "@/components/copy-button";
import { Notice } from "@/components/notice";
import { Pill, type Tone } from "@/components/pill";
import { calendarDate } from "@/components/relative-time";
import { Code } from "@/components/scope-chip";
import { type State, StateIcon } from "@/components/state-icon";
import { Step, Steps } from "@/components/steps";
import type { HostKeyScan, HostKeysSummary } from "@/lib/code-hosts/host-keys";
import type { SeenHostKey } from "@/lib/code-hosts/host-keys-compare";

/** Waits for an admin's word. */
export function isOpen({ state }: SeenHostKey): boolean {
  return state === "new" || state === "changed" || state === "contradicts";
}

/** What is kept, and why each may be trusted. */
export function KeptKeys({ hostName, summary }: { hostName: string; summary: HostKeysSummary }) {
  const { kept, isPublished } = summary;
  return (
    <Titled title="Kept host keys">
      {(titleId) =>
        kept.length === 0 ? (
          <p className="border-line text-muted rounded-lg border px-3.5 py-3">
            {isPublished
              ? `None yet. ${hostName} publishes its fingerprints: keys that match them are kept as soon as the server shows them.`
              : "None yet. Git over SSH does not connect until one is confirmed."}
          </p>
        ) : (
          <KeyList titleId={titleId}>
            {kept.map(({ algorithm, fingerprint, source, createdAt }) => (
              <Key
                key={algorithm}
                algorithm={algorithm}
                state="ok"
                aside={
                  <span className="text-muted text-sm">
                    {source === "published" ? "published by the host" : `confirmed on ${calendarDate(createdAt)}`}
                  </span>
                }
              >
                <FingerprintLine text={fingerprint} />
              </Key>
            ))}
          </KeyList>
        )
      }
    </Titled>
  );
}

const looks: Record<SeenHostKey["state"], { state: State; tone: Tone; word: string }> = {
  kept: { state: "ok", tone: "ok", word: "kept" },
  published: { state: "ok", tone: "ok", word: "published, now kept" },
  new: { state: "warn", tone: "warn", word: "new" },
  contradicts: { state: "bad", tone: "bad", word: "not a published one" },
  changed: { state: "bad", tone: "bad", word: "changed" },
};

/** What the server shows now, with a tick for each key that waits for the admin's word. */
export function SeenKeys(props: {
  scan: HostKeyScan;
  /** Fingerprints. */
  chosen: readonly string[];
  disabled: boolean;
  onChoose: (fingerprints: readonly string[]) => void;
}) {
  const { scan, chosen, disabled, onChoose } = props;
  const choose = (fingerprint: string, isChosen: boolean) =>
    onChoose(isChosen ? [...chosen, fingerprint] : chosen.filter((one) => one !== fingerprint));
  return (
    <Titled title="What the server shows now">
      {(titleId) => (
        <KeyList titleId={titleId}>
          {scan.seen.map((key) => {
            const { algorithm, fingerprint, keptFingerprint, message } = key;
            const { state, tone, word } = looks[key.state];
            return (
              <Key
                key={algorithm}
                algorithm={algorithm}
                state={state}
                isLoud={state === "bad"}
                aside={
                  state === "bad" ? (
                    <span className="text-bad font-semibold">{word}</span>
                  ) : (
                    <Pill tone={tone}>{word}</Pill>
                  )
                }
              >
                {keptFingerprint ? (
                  <>
                    <FingerprintLine label="Shown now" text={fingerprint} />
                    <FingerprintLine label="Kept" text={keptFingerprint} />
                  </>
                ) : (
                  <FingerprintLine text={fingerprint} />
                )}
                {key.state === "new" ? null : <p className={state === "bad" ? undefined : "text-muted"}>{message}</p>}
                {isOpen(key) ? (
                  <Checkbox
                    className="mt-1"
                    label={tickLabel(key)}
                    checked={chosen.includes(fingerprint)}
                    disabled={disabled}
                    onChange={(event) => choose(fingerprint, event.target.checked)}
                  />
                ) : null}
              </Key>
            );
          })}
          {scan.missing.map(({ algorithm, fingerprint }) => (
            <Key key={algorithm} algorithm={algorithm} state="off" aside={<Pill tone="off">not shown now</Pill>}>
              <FingerprintLine text={fingerprint} />
              <p className="text-muted">
                The server does not show a key of this kind any more. The old one stays kept.
              </p>
            </Key>
          ))}
        </KeyList>
      )}
    </Titled>
  );
}

function tickLabel({ algorithm, state }: SeenHostKey): string {
  const name = nameOf(algorithm);
  if (state === "changed") return `I know why it changed: replace the kept ${name} key`;
  return state === "contradicts" ? `I know why it differs: confirm the ${name} key` : `Confirm the ${name} key`;
}

export function ChangedNotice({ hostName }: { hostName: string }) {
  return (
    <Notice tone="bad" title="A host key has changed">
      Either the server was set up anew, or somebody in between answers in its place and could read and alter what git
      sends. Git over SSH holds to the kept key, and fails until this is settled. Replace it only when those who run{" "}
      {hostName} have told you why it changed.
    </Notice>
  );
}

const COMMAND = "for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $key; done";

/** Where to get fingerprints that did not come the way that is in question. */
export function CompareSteps({ hostName }: { hostName: string }) {
  return (
    <Titled title="How to compare">
      {() => (
        <Steps>
          <Step hint="Do not use ssh-keyscan for this: it would ask over the same network and see the same keys.">
            Get the fingerprints from the documentation of {hostName}, or from those who run it. They print them on the
            server itself, from its public host keys:
            <span className="border-line bg-ground mt-2 flex flex-wrap items-center justify-between gap-2 rounded-md border py-1.5 pr-1.5 pl-3">
              <Code className="min-w-0 flex-1 basis-56 break-words">{COMMAND}</Code>
              <CopyButton text={COMMAND} label="Copy command" />
            </span>
          </Step>
          <Step>Compare each fingerprint to its last character. Leave out what you could not compare.</Step>
        </Steps>
      )}
    </Titled>
  );
}

export function KnownHosts({ lines }: { lines: readonly string[] }) {
  const text = `${lines.join("\n")}\n`;
  return (
    <details>
      <summary className="text-muted hover:text-ink w-max cursor-pointer font-medium">
        Lines for a known_hosts file
      </summary>
      <div className="border-line mt-2 rounded-lg border">
        <textarea
          aria-label="Lines for a known_hosts file"
          readOnly
          rows={6}
          value={text}
          spellCheck={false}
          className="text-ink block w-full resize-none rounded-t-lg bg-transparent p-3.5 font-mono text-xs leading-5 break-all"
        />
        <div className="border-line bg-ground flex flex-wrap items-center justify-between gap-2 rounded-b-lg border-t px-3.5 py-2">
          <span className="text-muted min-w-0 text-sm">For machines that use git on this host without Forgepass.</span>
          <CopyButton text={text} label="Copy lines" />
        </div>
      </div>
    </details>
  );
}

function Titled({ title, children }: { title: string; children: (titleId: string) => ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-2">
      <h3 id={id} className="font-semibold">
        {title}
      </h3>
      {children(id)}
    </section>
  );
}

function KeyList({ titleId, children }: { titleId: string; children: ReactNode }) {
  return (
    <ul aria-labelledby={titleId} className="border-line divide-line divide-y overflow-hidden rounded-lg border">
      {children}
    </ul>
  );
}

function Key(props: { algorithm: string; state: State; isLoud?: boolean; aside: ReactNode; children: ReactNode }) {
  return (
    <li className={props.isLoud ? "bg-bad-ground px-3.5 py-3" : "px-3.5 py-3"}>
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <StateIcon state={props.state} label="" className="size-4.5" />
        <span className="mr-auto font-medium">{nameOf(props.algorithm)}</span>
        {props.aside}
      </div>
      <div className="mt-1 flex flex-col gap-1 sm:pl-7">{props.children}</div>
    </li>
  );
}

function FingerprintLine({ label, text }: { label?: string; text: string }) {
  return (
    <div>
      {label ? <p className="text-sm">{label}</p> : null}
      <div className="flex items-center gap-2">
        <Code className="min-w-0 flex-1 break-all">{text}</Code>
        <span className="-mr-3">
          <CopyButton text={text} variant="ghost" />
        </span>
      </div>
    </div>
  );
}

const names: Record<string, string> = {
  "ssh-ed25519": "Ed25519",
  "ecdsa-sha2-nistp256": "ECDSA P-256",
  "ecdsa-sha2-nistp384": "ECDSA P-384",
  "ecdsa-sha2-nistp521": "ECDSA P-521",
  "ssh-rsa": "RSA",
};

function nameOf(algorithm: string): string {
  return names[algorithm] ?? algorithm;
}
