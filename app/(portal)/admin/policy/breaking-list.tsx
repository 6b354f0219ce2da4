import { HostIcon } from "@/components/host-icon";
import { List, ListRow, RowText } from "@/components/list";
import { Notice } from "@/components/notice";
import { StateIcon } from "@/components/state-icon";
import type { Breaking, BreakingCredential } from "@/lib/policy/find-breaking";
import type { Rule } from "@/lib/policy/judge";

const RULES: Record<Rule, { one: string; many: string }> = {
  lifetime: { one: "lives too long", many: "live too long" },
  "expiry-required": { one: "has no end", many: "have no end" },
  "excess-scopes": { one: "has too many scopes", many: "have too many scopes" },
  "forbidden-type": { one: "is of a kind that is not allowed", many: "are of kinds that are not allowed" },
  "global-only": { one: "is where everybody uses the global one", many: "are where everybody uses the global one" },
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
            {credentials(count)}: {counted.map((rule) => told(rule, byRule[rule])).join(", ")}. Nothing is removed or
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

function told(rule: Rule, count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? RULES[rule].one : RULES[rule].many}`;
}

export function credentials(count: number): string {
  return count === 1 ? "1 credential" : `${count.toLocaleString("en")} credentials`;
}

/** Where its owner's credentials are, with this one in view. */
function hrefOf({ owner, host }: BreakingCredential): string {
  const place = `?q=${encodeURIComponent(host.name)}#host-${host.id}`;
  if (owner.type === "user") return `/admin/users/${owner.id}/credentials${place}`;
  return owner.type === "team" ? `/teams/${owner.id}/credentials${place}` : `/admin/credentials${place}`;
}
