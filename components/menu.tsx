"use client";
/*
 * A menu behind a button. Choosing an item first puts the focus back on the button, so that a dialog which the item
 * opens returns there when it closes.
 */
import * as Radix from "@radix-ui/react-dropdown-menu";
import { Check, Ellipsis } from "lucide-react";
import Link from "next/link";
import { createContext, type ReactNode, type RefObject, useContext, useRef, useState } from "react";
import { IconButton } from "./button";
import { cx } from "./cx";

const TriggerContext = createContext<RefObject<HTMLButtonElement | null> | null>(null);

const itemLook =
  "flex min-h-8 w-full cursor-default items-center gap-2.5 rounded-sm px-2.5 py-1 text-left outline-none select-none max-sm:min-h-10 data-[highlighted]:bg-subtle data-[disabled]:opacity-55 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-muted";

/** `label` names the button: "More for GitHub". Without `trigger` (one button element) it shows three dots. */
export function Menu({
  label,
  trigger,
  align = "end",
  side = "bottom",
  className,
  children,
}: {
  label: string;
  trigger?: ReactNode;
  align?: "start" | "end";
  side?: "top" | "bottom";
  className?: string;
  children: ReactNode;
}) {
  const button = useRef<HTMLButtonElement>(null);
  // Inside a modal dialog everything else is inert, the end of <body> too.
  const [container, setContainer] = useState<HTMLElement>();
  return (
    <Radix.Root modal={false} onOpenChange={() => setContainer(button.current?.closest("dialog") ?? undefined)}>
      <Radix.Trigger asChild ref={button} aria-label={trigger ? undefined : label}>
        {trigger ?? (
          <IconButton label={label}>
            <Ellipsis aria-hidden />
          </IconButton>
        )}
      </Radix.Trigger>
      <Radix.Portal container={container}>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          aria-label={label}
          className={cx(
            "border-line bg-raised text-ink shadow-float animate-arrive z-50 min-w-48 rounded-md border p-1",
            className,
          )}
        >
          <TriggerContext value={button}>{children}</TriggerContext>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Does something. `danger` is for what removes. */
export function MenuItem({
  icon,
  danger,
  disabled,
  onSelect,
  children,
}: {
  icon?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
}) {
  const trigger = useContext(TriggerContext);
  return (
    <Radix.Item
      disabled={disabled}
      onSelect={() => {
        trigger?.current?.focus();
        onSelect();
      }}
      className={cx(itemLook, danger && "text-bad data-[highlighted]:bg-bad-ground! [&>svg]:text-bad!")}
    >
      {icon}
      {children}
    </Radix.Item>
  );
}

/** Goes somewhere; `external` in a new tab. */
export function MenuLink({
  href,
  icon,
  external,
  children,
}: {
  href: string;
  icon?: ReactNode;
  external?: boolean;
  children: ReactNode;
}) {
  return (
    <Radix.Item asChild className={itemLook}>
      {external ? (
        <a href={href} target="_blank" rel="noopener noreferrer">
          {icon}
          {children}
          <span className="sr-only"> (opens in a new tab)</span>
        </a>
      ) : (
        <Link prefetch={false} href={href}>
          {icon}
          {children}
        </Link>
      )}
    </Radix.Item>
  );
}

/** One of several, ticked. The menu stays open so that the effect can be seen. */
export function MenuChoice<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: { value: T; label: string; icon?: ReactNode }[];
  onChange: (value: T) => void;
}) {
  return (
    <Radix.RadioGroup
      aria-label={label}
      value={value}
      onValueChange={(next) => {
        const option = options.find((o) => o.value === next);
        if (option) onChange(option.value);
      }}
    >
      <Radix.Label className="text-muted px-2.5 pt-1.5 pb-0.5 text-sm">{label}</Radix.Label>
      {options.map((option) => (
        <Radix.RadioItem
          key={option.value}
          value={option.value}
          onSelect={(event) => event.preventDefault()}
          className={itemLook}
        >
          {option.icon}
          <span className="flex-1">{option.label}</span>
          <Radix.ItemIndicator>
            <Check aria-hidden className="size-4" />
          </Radix.ItemIndicator>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

/** A hairline between groups of items. */
export function MenuSeparator() {
  return <Radix.Separator className="bg-line -mx-1 my-1 h-px" />;
}
