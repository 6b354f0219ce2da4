import type { RowData } from "./row-data";
import { joined } from "./wording";

type Used = NonNullable<RowData["fallback"]>;

/** Whose account tools act as: "robot, the global account,". */
export function usedAccount({ login, teamName }: Used): string {
  if (teamName !== null) return login ? `${login} of the team ${teamName}` : `the account of the team ${teamName}`;
  return login ? `${login}, the global account,` : "the global account";
}

/** What tools do on the host once this credential is removed. */
export function consequence({ owner, host, required, fallback }: RowData): string {
  const tools = [...new Set(required.flatMap(({ neededBy }) => neededBy.map(({ consumer }) => consumer.name)))];
  const names = tools.length > 0 ? joined(tools) : "Tools";
  if (owner === "site") {
    return `${names} will find no global credential on ${host.name}; people without a token of their own are left without.`;
  }
  if (owner.startsWith("team:")) {
    const instead = fallback ? `${names} will act as ${usedAccount(fallback)}` : `${names} will find no credential`;
    return `${instead} on ${host.name} for members without a token of their own or of another team.`;
  }
  if (fallback) return `${names} will act as ${usedAccount(fallback)} on ${host.name}.`;
  return `${names} will find no credential on ${host.name}.`;
}
