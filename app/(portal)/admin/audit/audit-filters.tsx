import { LinkButton } from "@/components/button";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { Select } from "@/components/select";
import { SubmitButton } from "@/components/submit-button";

/** An ordinary GET form: what is shown stands in the URL and can be shared. */
export function AuditFilters(props: {
  filter: Record<string, string>;
  actions: readonly string[];
  /** Where everything is shown; null when it is. */
  clear: string | null;
}) {
  const { filter, actions, clear } = props;
  const nouns = [...new Set(actions.map((action) => action.split(".")[0] ?? action))];
  return (
    <search className="mb-5 block">
      <form method="get" className="grid grid-cols-2 items-end gap-x-3 gap-y-3 sm:grid-cols-3 lg:grid-cols-6">
        <Field label="Action">
          <Select name="action" defaultValue={filter.action ?? ""}>
            <option value="">Any</option>
            {nouns.map((noun) => (
              <optgroup key={noun} label={noun}>
                <option value={noun}>{noun}: all</option>
                {actions
                  .filter((action) => action.startsWith(`${noun}.`))
                  .map((action) => (
                    <option key={action} value={action}>
                      {action}
                    </option>
                  ))}
              </optgroup>
            ))}
          </Select>
        </Field>
        <Field label="Who">
          <Input
            name="actor"
            autoComplete="off"
            maxLength={200}
            placeholder="E-mail or id"
            defaultValue={filter.actor}
          />
        </Field>
        <Field label="What">
          <Input
            name="target"
            autoComplete="off"
            maxLength={200}
            placeholder="Name or id"
            defaultValue={filter.target}
          />
        </Field>
        <Field label="Outcome">
          <Select name="outcome" defaultValue={filter.outcome ?? ""}>
            <option value="">Any</option>
            <option value="ok">Done</option>
            <option value="denied">Denied</option>
            <option value="failed">Failed</option>
          </Select>
        </Field>
        <Field label="From (UTC)">
          <Input name="from" type="date" defaultValue={filter.from} />
        </Field>
        <Field label="To (UTC)">
          <Input name="to" type="date" defaultValue={filter.to} />
        </Field>
        <div className="col-span-full flex flex-wrap gap-2">
          <SubmitButton variant="secondary">Filter</SubmitButton>
          {clear ? (
            <LinkButton variant="ghost" href={clear}>
              Clear
            </LinkButton>
          ) : null}
        </div>
      </form>
    </search>
  );
}
