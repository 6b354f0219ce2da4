/* The glyph of a kind of Git host, in the text's colour. Decorative: the name always stands beside it. */
import { siBitbucket, siForgejo, siGerrit, siGitea, siGithub, siGitlab } from "simple-icons";
import { cx } from "./cx";

const brands = [siGithub, siGitlab, siBitbucket, siGitea, siForgejo, siGerrit];

/** `kind` is the registry's word ("github", "gitlab", "bitbucket-cloud", …); an unknown one gets a plain glyph. */
export function HostIcon({ kind, className }: { kind: string; className?: string }) {
  const look = cx("size-5 shrink-0", className);
  const brand = brands.find((icon) => kind === icon.slug || kind.startsWith(`${icon.slug}-`));
  if (brand) {
    return (
      <svg aria-hidden viewBox="0 0 24 24" fill="currentColor" className={look}>
        <path d={brand.path} />
      </svg>
    );
  }
  return (
    <svg
      aria-hidden
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={look}
    >
      {kind.startsWith("azure") ? <path d="M3 9v7l5 3v-5m-5-5 12-5 6 3v10l-6 2-7-3V9l13 1M15 4v15" /> : null}
      {kind.startsWith("aws") ? <path d="m12 2 9 5v10l-9 5-9-5V7zM10 9l-3 3 3 3m4-6 3 3-3 3" /> : null}
      {kind.startsWith("azure") || kind.startsWith("aws") ? null : (
        <path d="M6 3v12m0 0a3 3 0 1 0 0 6 3 3 0 0 0 0-6Zm0 0c8 0 12-2 12-6m0 0a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z" />
      )}
    </svg>
  );
}
