"use client";
import { Lock } from "lucide-react";
import { useOptimistic, useTransition } from "react";
import { Switch } from "@/components/switch";
import { useToast } from "@/components/toast";
import type { Choice } from "@/lib/notifications/choices";
import { chooseNotificationAction } from "./actions";

/** One kind of event: whether it is shown under the bell, and whether it is mailed. */
export function ChoiceRow(props: { choice: Choice; title: string; when: string; whose: string }) {
  const { title, when, whose } = props;
  const [choice, expect] = useOptimistic(props.choice);
  const [, start] = useTransition();
  const toast = useToast();

  function change(changed: Partial<Pick<Choice, "inPortal" | "byMail">>) {
    start(async () => {
      expect({ ...choice, ...changed });
      const { group, scope, inPortal, byMail } = { ...choice, ...changed };
      const result = await chooseNotificationAction({ group, scope, inPortal, byMail });
      if (!result.ok) toast(result.error.message, "bad");
    });
  }

  const name = `${whose}, ${title.toLowerCase()}`;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-5 py-3.5">
      <div className="min-w-0 flex-1 basis-72">
        <p className="font-medium">{title}</p>
        <p className="text-muted text-sm">{when}</p>
        {choice.isLocked ? (
          <p className="text-muted mt-1 flex items-start gap-1.5 text-sm">
            <Lock aria-hidden className="mt-0.5 size-3.5 shrink-0" />
            Always on for site admins: when a global credential is rejected, the tools of the whole site stand still.
          </p>
        ) : null}
      </div>
      <div className="flex gap-4">
        <Switch
          label={`${name}: in the portal`}
          checked={choice.inPortal}
          disabled={choice.isLocked}
          onChange={(inPortal) => change({ inPortal })}
        >
          Portal
        </Switch>
        <Switch
          label={`${name}: by mail`}
          checked={choice.byMail}
          disabled={choice.isLocked}
          onChange={(byMail) => change({ byMail })}
        >
          Mail
        </Switch>
      </div>
    </li>
  );
}
