/* The glyph of a kind of Git host, in the text's colour. Decorative: the name always stands beside it. */
import { siBitbucket, siForgejo, siGerrit, siGitea, siGithub, siGitlab } from "simple-icons";
import { cx } from "./cx";

const brands = [siGithub, siGitlab, siBitbucket, siGitea, siForgejo, siGerrit];

/** `kind` is the registry's word ("github", "gitlab", "bitbucket-cloud", …); an unknown one gets a plain glyph. */
export function HostIcon({ kind, className = "size-5" }: { kind: string; className?: string }) {
  const look = cx("shrink-0", className);
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
      {kind.startsWith("azure") ? <path d="M3 15.5V9.5L15 5l6 2.5v10L15 20l-8-2.5M15 5v15M7 17.5V10l8 1.5" /> : null}
      {kind.startsWith("aws") ? <path d="m12 2 9 5v10l-9 5-9-5V7zM10 9l-3 3 3 3m4-6 3 3-3 3" /> : null}
      {kind.startsWith("azure") || kind.startsWith("aws") ? null : (
        <path d="M6 3v12m0 0a3 3 0 1 0 0 6 3 3 0 0 0 0-6Zm0 0c8 0 12-2 12-6m0 0a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z" />
      )}
    </svg>
  );
}
