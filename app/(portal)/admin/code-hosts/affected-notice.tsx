import type { ReactNode } from "react";
import { Notice } from "@/components/notice";
import type { AffectedCredentials } from "@/lib/code-hosts/code-host";

/** Whose credentials a change touches: the first ten by name, and how many more. */
export function AffectedNotice(props: { affected: AffectedCredentials; title: string; children: ReactNode }) {
  const { count, owners } = props.affected;
  return (
    <Notice tone="warn" title={props.title}>
      <p>{props.children}</p>
      <ul className="mt-1.5 list-disc pl-5">
        {owners.map((owner) => (
          <li key={owner} className="break-words">
            {owner}
          </li>
        ))}
        {count > owners.length ? <li>and {(count - owners.length).toLocaleString("en")} more</li> : null}
      </ul>
    </Notice>
  );
}
