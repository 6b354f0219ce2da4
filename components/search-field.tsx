"use client";
/*
 * Narrows a list by words: writes them to the URL shortly after the last key, so that the server draws the answer and
 * the link can be shared. The focus stays. Without JavaScript it is an ordinary GET form.
 */
import { Search, X } from "lucide-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useEffect, useRef, useState, useTransition } from "react";
import { cx } from "./cx";
import { Spinner } from "./spinner";

const waitMs = 250;

/** `param` is the query parameter ("q"); those in `resets` (the page's place) are dropped when the words change. */
export function SearchField({
  label,
  param = "q",
  resets = ["after", "before", "page"],
  className,
}: {
  label: string;
  param?: string;
  resets?: string[];
  className?: string;
}) {
  const router = useRouter();
  const pathname = usePathname();
  const query = useSearchParams();
  const [isPending, startTransition] = useTransition();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const input = useRef<HTMLInputElement>(null);
  const [isFilled, setFilled] = useState(Boolean(query.get(param)));
  const shown = query.get(param) ?? "";
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    // Follows a link or the Back button; while somebody types, the address is behind the field.
    if (!input.current || document.activeElement === input.current) return;
    input.current.value = shown;
    setFilled(shown !== "");
  }, [shown]);

  function go(words: string) {
    clearTimeout(timer.current);
    const next = new URLSearchParams(window.location.search);
    for (const name of resets) next.delete(name);
    if (words.trim()) next.set(param, words.trim());
    else next.delete(param);
    if (next.toString() === new URLSearchParams(window.location.search).toString()) return;
    startTransition(() => router.replace(next.size ? `${pathname}?${next}` : pathname, { scroll: false }));
  }

  const kept = [...query].filter(([name]) => name !== param && !resets.includes(name));
  return (
    <search className={cx("relative w-full sm:w-75", className)}>
      <form
        method="get"
        onSubmit={(event) => {
          event.preventDefault();
          go(input.current?.value ?? "");
        }}
      >
        {kept.map(([name, value]) => (
          <input key={name + value} type="hidden" name={name} value={value} />
        ))}
        <span className="text-muted pointer-events-none absolute inset-y-0 left-3 flex items-center">
          {isPending ? <Spinner /> : <Search aria-hidden className="size-4" />}
        </span>
        <input
          ref={input}
          type="search"
          name={param}
          aria-label={label}
          placeholder={label}
          autoComplete="off"
          spellCheck={false}
          defaultValue={shown}
          onChange={(event) => {
            const words = event.target.value;
            setFilled(words !== "");
            clearTimeout(timer.current);
            timer.current = setTimeout(() => go(words), waitMs);
          }}
          className="control h-9 appearance-none pr-9 pl-9 max-sm:h-10 [&::-webkit-search-cancel-button]:hidden"
        />
        {isFilled ? (
          <button
            type="button"
            aria-label="Clear"
            title="Clear"
            onClick={() => {
              if (input.current) input.current.value = "";
              setFilled(false);
              go("");
              input.current?.focus();
            }}
            className="text-muted hover:text-ink absolute inset-y-0 right-0 flex w-9 items-center justify-center rounded-md"
          >
            <X aria-hidden className="size-4" />
          </button>
        ) : null}
      </form>
    </search>
  );
}
