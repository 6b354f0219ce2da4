import type { HostKey } from "../hosts/ssh/read-host-keys";

/**
 * What a server shows, against what is kept and what the host publishes. Pure. A kept key that is shown no more but in
 * another form is changed, whatever is published: an admin looks at it before it is replaced.
 */
export interface SeenHostKey extends HostKey {
  /**
   * kept: known already. published: the host's documentation names it, and nothing else is kept: kept by the scan.
   * new: to be confirmed. contradicts: the host publishes other keys than this. changed: another is kept.
   */
  state: "kept" | "published" | "new" | "contradicts" | "changed";
  /** With changed: the one that is kept. */
  keptFingerprint: string | null;
  /** One sentence for the admin. */
  message: string;
}

export function compareHostKeys(
  seen: readonly HostKey[],
  kept: readonly (HostKey & { source: string })[],
  published: readonly string[],
  name: string,
): SeenHostKey[] {
  return seen.map(({ algorithm, publicKey, fingerprint }) => {
    const shown = { algorithm, publicKey, fingerprint, keptFingerprint: null };
    const isPublished = published.includes(fingerprint);
    const before = kept.find((key) => key.algorithm === algorithm);
    if (before && before.publicKey === publicKey) {
      const source = before.source === "published" ? `${name} publishes this key.` : "An admin confirmed this key.";
      return { ...shown, state: "kept", message: source };
    }
    if (before) {
      const why = isPublished
        ? `${name} publishes the new one, so it was probably replaced there.`
        : "Somebody may be in between. Ask who runs the host before you confirm it.";
      const keptFingerprint = before.fingerprint;
      return {
        ...shown,
        keptFingerprint,
        state: "changed",
        message: `This is not the key that was kept before. ${why}`,
      };
    }
    if (isPublished) return { ...shown, state: "published", message: `${name} publishes this key.` };
    if (published.length > 0) {
      const message = `${name} publishes other keys than this one. Do not confirm it unless ${name} says why.`;
      return { ...shown, state: "contradicts", message };
    }
    const message = "Compare this fingerprint with the one that the host's administrators give you, then confirm it.";
    return { ...shown, state: "new", message };
  });
}
