import { Spinner } from "@/components/spinner";

/** Between pages, where a page has no outline of its own to show. */
export default function Loading() {
  return (
    <div role="status" aria-label="Loading" className="text-muted flex min-h-[50dvh] items-center justify-center">
      <Spinner className="size-5" />
    </div>
  );
}
