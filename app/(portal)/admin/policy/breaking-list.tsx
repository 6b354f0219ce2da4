import { HostIcon } from "@/components/host-icon";
import { List, ListRow, RowText } from "@/components/list";
import { Notice } from "@/components/notice";
import { StateIcon } from "@/components/state-icon";
import type { Breaking, BreakingCredential } from "@/lib/policy/find-breaking";
import type { Rule } from "@/lib/policy/judge";

const RULES: Record<Rule, string> = {
  lifetime: "live too long",
  "expiry-required": "have no end",
  "excess-scopes": "have too many scopes",
  "forbidden-type": "are of a kind that is not allowed",
  "global-only": "stand where everybody uses the global one",
};

/** The credentials that break the policy, counted, with whose they are and why. */
export function BreakingList({ title, breaking }: { title: string; breaking: Breaking }) {
  const { count, byRule, untold, shown } = breaking;
  const counted = (Object.keys(RULES) as Rule[]).filter((rule) => byRule[rule] > 0);
  return (
    <section aria-label={title} className="mt-8">
      <h2 className="text-lg font-semibold">{title}</h2>
      {count === 0 ? (
        <Notice tone="ok" className="mt-3">
          No stored credential breaks it.
        </Notice>
      ) : (
        <>
          <p className="text-muted mt-1 mb-4">
            {credentials(count)}:{" "}
            {counted.map((rule) => `${byRule[rule].toLocaleString("en")} ${RULES[rule]}`).join(", ")}. They are not
            disabled.
            {count > shown.length ? ` The first ${shown.length} are shown.` : ""}
          </p>
          <List label={title}>
            {shown.map((credential) => (
              <ListRow
                key={credential.id}
                state={<StateIcon state="warn" label="breaks the policy" />}
                icon={<HostIcon kind={credential.host.kind} />}
                title={credential.owner.name}
                href={hrefOf(credential)}
                subtitle={[credential.host.name, credential.login && `@${credential.login}`]
                  .filter(Boolean)
                  .join(" · ")}
              >
                {credential.broken.map(({ rule, sentence }) => (
                  <RowText key={rule}>{sentence}</RowText>
                ))}
              </ListRow>
            ))}
          </List>
        </>
      )}
      {untold > 0 ? (
        <p className="text-muted mt-3 text-sm">
          Of {credentials(untold)} the code host does not tell enough for every rule. They are let through.
        </p>
      ) : null}
    </section>
  );
}

function credentials(count: number): string {
  return count === 1 ? "1 credential" : `${count.toLocaleString("en")} credentials`;
}

/** Where its owner's credentials are, with this one in view. */
function hrefOf({ owner, host }: BreakingCredential): string {
  const place = `?q=${encodeURIComponent(host.name)}#host-${host.id}`;
  if (owner.type === "user") return `/admin/users/${owner.id}/credentials${place}`;
  return owner.type === "team" ? `/teams/${owner.id}/credentials${place}` : `/admin/credentials${place}`;
}
