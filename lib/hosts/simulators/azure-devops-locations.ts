import { type AzureDevopsState, ceilings } from "./azure-devops-state";

/** What OPTIONS says of each resource: where it is, and which api-versions it knows. The ids are Azure DevOps' own. */
const locations: readonly [id: string, area: string, resourceName: string, routeTemplate: string, version: number][] = [
  ["e81700f7-3be2-46de-8624-2eb35882fcaa", "Location", "ResourceAreas", "_apis/{resource}/{areaId}", 1],
  ["00d9565f-ed9c-4a06-9a50-00e7896ccab4", "Location", "ConnectionData", "_apis/{resource}", 1],
  ["603fe2ac-9723-48b9-88ad-09305aa6c6e1", "core", "projects", "_apis/{resource}/{*projectId}", 4],
  [
    "225f7195-f9c7-4d14-ab28-a83f7ff77e1f",
    "git",
    "repositories",
    "{project}/_apis/{area}/{resource}/{repositoryId}",
    1,
  ],
  [
    "428dd4fb-fda5-4722-af02-9313b80305da",
    "git",
    "statuses",
    "{project}/_apis/{area}/repositories/{repositoryId}/commits/{commitId}/{resource}",
    1,
  ],
];

export function locationsOf(state: AzureDevopsState, path: string): object[] {
  const area = path.replace(/^\/_apis\/?/, "").toLowerCase();
  const { max, released } = ceilings[state.product];
  return locations
    .filter((row) => area === "" || row[1].toLowerCase() === area)
    .map(([id, name, resourceName, routeTemplate, resourceVersion]) => ({
      id,
      area: name,
      resourceName,
      routeTemplate,
      resourceVersion,
      minVersion: "1.0",
      maxVersion: max,
      // Preview only, on every release.
      releasedVersion: name === "Location" ? "0.0" : released,
    }));
}
