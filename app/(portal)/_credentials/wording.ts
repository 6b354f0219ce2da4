/** "a, b and c" */
export function joined(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** What a scope that nobody needs would let a thief do. The adapters' sentences begin with a verb: "Delete every …". */
export function riskSentence({ danger, meaning }: { danger: string | null; meaning: string | null }): string {
  const sentence = danger ?? meaning;
  if (!sentence) return "Forgepass does not know what it allows.";
  return `Whoever gets hold of the token can ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

/** The host's own words, as a sentence. */
export function quoted(hostName: string, hostSaid: string): string {
  return `${hostName} said “${hostSaid.replace(/\.$/, "")}”.`;
}
