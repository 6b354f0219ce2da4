/*
 * Buttons and links that look like buttons. A pending button keeps its width, its name and the focus, says that it is
 * busy, and cannot be pressed a second time.
 */
import { ExternalLink } from "lucide-react";
import Link from "next/link";
import type { ComponentProps, MouseEvent, ReactNode } from "react";
import { cx } from "./cx";
import { Spinner } from "./spinner";

export type ButtonVariant = "primary" | "secondary" | "danger" | "ghost";
export type ButtonSize = "sm" | "md";

const variants: Record<ButtonVariant, string> = {
  primary: "bg-ink text-on-ink border-ink hover:bg-ink-hover hover:border-ink-hover",
  secondary: "bg-panel text-ink border-line hover:bg-subtle",
  danger: "bg-danger text-on-danger border-danger hover:bg-danger-hover hover:border-danger-hover",
  ghost: "bg-transparent text-ink border-transparent hover:bg-subtle",
};

const sizes: Record<ButtonSize, string> = {
  sm: "h-8 px-3 text-[0.8125rem] max-sm:h-10 max-sm:text-base",
  md: "h-9 px-3.5 max-sm:h-10",
};

/** The classes of a button, for elements that are not one (a summary, a file label). */
export function buttonClass(variant: ButtonVariant = "secondary", size: ButtonSize = "md", className?: string): string {
  return cx(
    "relative inline-flex shrink-0 items-center justify-center gap-2 rounded-md border font-medium whitespace-nowrap",
    "select-none transition-colors duration-120 disabled:cursor-not-allowed disabled:opacity-55",
    variants[variant],
    sizes[size],
    className,
  );
}

function refuse(event: MouseEvent) {
  event.preventDefault();
  event.stopPropagation();
}

type ButtonProps = ComponentProps<"button"> & {
  variant?: ButtonVariant;
  size?: ButtonSize;
  icon?: ReactNode;
  pending?: boolean;
};

/** A push button. `icon` is a 16 px icon before the label. Type is "button" unless told. */
export function Button({ variant, size, icon, pending, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      {...(pending ? { "aria-busy": true, "aria-disabled": true, onClick: refuse } : {})}
      className={buttonClass(variant, size, className)}
    >
      {pending ? <Spinner className="absolute size-4" /> : null}
      {icon ? <span className={cx("flex [&>svg]:size-4", pending && "opacity-0")}>{icon}</span> : null}
      <span className={cx(pending && "opacity-0")}>{children}</span>
    </button>
  );
}

type LinkButtonProps = Omit<ComponentProps<"a">, "href"> & {
  href: string;
  variant?: ButtonVariant;
  size?: ButtonSize;
  icon?: ReactNode;
  external?: boolean;
  /** False: the page stays where it is scrolled to. */
  scroll?: boolean;
};

/** A link that looks like a button. `external` opens a new tab, says so, and gives the other page no way back. */
export function LinkButton({
  variant,
  size,
  icon,
  external,
  scroll,
  className,
  children,
  href,
  ...rest
}: LinkButtonProps) {
  const inside = (
    <>
      {icon ? <span className="flex [&>svg]:size-4">{icon}</span> : null}
      <span>{children}</span>
    </>
  );
  if (external) {
    return (
      <a
        {...rest}
        href={href}
        target="_blank"
        rel="noopener noreferrer"
        className={buttonClass(variant, size, className)}
      >
        {inside}
        <ExternalLink aria-hidden className="size-3.5 opacity-70" />
        <span className="sr-only"> (opens in a new tab)</span>
      </a>
    );
  }
  return (
    <Link prefetch={false} {...rest} href={href} scroll={scroll} className={buttonClass(variant, size, className)}>
      {inside}
    </Link>
  );
}

type IconButtonProps = Omit<ComponentProps<"button">, "children"> & {
  label: string;
  children: ReactNode;
  variant?: ButtonVariant;
  size?: ButtonSize;
};

/** A square button with only an icon; `label` is its name and its tooltip. */
export function IconButton({
  label,
  children,
  variant = "secondary",
  size = "sm",
  className,
  ...rest
}: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={buttonClass(
        variant,
        size,
        cx(size === "sm" ? "w-8 max-sm:w-10" : "w-9 max-sm:w-10", "px-0! [&>svg]:size-4", className),
      )}
    >
      {children}
    </button>
  );
}
