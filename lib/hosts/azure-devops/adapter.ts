import type { Adapter, Entered } from "../adapter";
import { normaliseServerUrl, normaliseServicesUrl, servicesOrigins } from "./base-url";
import { guideServer, guideServices, serverGuideVersions } from "./guide";
import { identifyAzureDevops } from "./identify";
import { probeAzureDevops } from "./probe";
import { recogniseServer, recogniseServices, serverCredentialTypes, servicesCredentialTypes } from "./recognise";
import { azureDevopsScopes } from "./scopes";
import { serverSsh, servicesSsh } from "./ssh";
import { azureDevopsSunsets } from "./sunsets";
import { verifyAzureDevops } from "./verify";

/** Azure DevOps Services: one organization, at dev.azure.com or at its old address. */
export const azureDevops: Adapter = {
  kind: "azure-devops",
  name: "Azure DevOps Services",
  credentialTypes: servicesCredentialTypes,
  scopes: azureDevopsScopes,
  normaliseBaseUrl: normaliseServicesUrl,
  origins: servicesOrigins,
  guideVersions: [],
  guide: guideServices,
  recognise: recogniseServices,
  identify: (host) => identifyAzureDevops("azure-devops", host),
  verify: (host, entered, report) => verifyAzureDevops("azure-devops", host, entered, report),
  repositoryExample: "project/repository",
  probe: (host, entered, repository) => probeAzureDevops("azure-devops", host, entered, repository),
  gitCredential,
  ssh: servicesSsh,
  /** 200 throughput units in five minutes, counted for each identity apart (rate and usage limits). */
  pace: { concurrent: 4, everyMs: 0 },
  /** The API for tokens takes Microsoft Entra tokens alone, and no secret can be matched to one of its rows. */
  revoke: null,
  rotate: null,
  sunsets: azureDevopsSunsets,
};

/** One collection of Azure DevOps Server 2019 to 2022 or of TFS 2017 and 2018. */
export const azureDevopsServer: Adapter = {
  ...azureDevops,
  kind: "azure-devops-server",
  name: "Azure DevOps Server",
  credentialTypes: serverCredentialTypes,
  normaliseBaseUrl: normaliseServerUrl,
  origins: (baseUrl) => [new URL(baseUrl).origin],
  guideVersions: serverGuideVersions,
  guide: guideServer,
  recognise: recogniseServer,
  identify: (host) => identifyAzureDevops("azure-devops-server", host),
  verify: (host, entered, report) => verifyAzureDevops("azure-devops-server", host, entered, report),
  probe: (host, entered, repository) => probeAzureDevops("azure-devops-server", host, entered, repository),
  ssh: serverSsh,
  /** Limits are off unless an administrator sets them, and the server is the site's own. */
  pace: { concurrent: 2, everyMs: 100 },
  /** A collection's tokens are for it alone, and a server of the site's own retires none. */
  sunsets: [],
};

/** The user name is ignored; it must only not be empty for some Git clients. */
function gitCredential({ token }: Entered) {
  return { username: "pat", password: token, expiresAt: null };
}
