import type { CredentialType, Guide, GuideRequest, GuideVersion, Recognition } from "./adapter";
import { guideAws } from "./aws-codecommit/guide";
import { awsCredentialTypes, recogniseAws } from "./aws-codecommit/recognise";
import { guideServer, guideServices, serverGuideVersions } from "./azure-devops/guide";
import {
  recogniseServer,
  recogniseServices,
  serverCredentialTypes,
  servicesCredentialTypes,
} from "./azure-devops/recognise";
import { guideBitbucketCloud } from "./bitbucket-cloud/guide";
import { bitbucketCloudCredentialTypes, recogniseBitbucketCloud } from "./bitbucket-cloud/recognise";
import { bitbucketDataCenterCredentialTypes } from "./bitbucket-data-center/credential-types";
import { bitbucketDataCenterGuideVersions, guideBitbucketDataCenter } from "./bitbucket-data-center/guide";
import { recogniseBitbucketDataCenter } from "./bitbucket-data-center/recognise";
import { gerritGuideVersions, guideGerrit } from "./gerrit/guide";
import { gerritCredentialTypes, recogniseGerrit } from "./gerrit/recognise";
import { forgejoGuideVersions, giteaGuideVersions, guideForgejo, guideGitea } from "./gitea/guide";
import { giteaCredentialTypes, recogniseGitea } from "./gitea/recognise";
import { githubGuideVersions, guideGithub } from "./github/guide";
import { githubCredentialTypes, recogniseGithub } from "./github/recognise";
import { gitlabGuideVersions, guideGitlab } from "./gitlab/guide";
import { gitlabCredentialTypes, recogniseGitlab } from "./gitlab/recognise";

/**
 * What is known of each kind of code host without asking it, for browser and server alike: nothing here may need more
 * than a browser has, and a test walks the imports. The adapters hold the same functions.
 */
export interface OfflineKind {
  name: string;
  credentialTypes: readonly CredentialType[];
  /** How a repository is named: owner/name. */
  repositoryExample: string;
  guideVersions: readonly GuideVersion[];
  /** A base URL for guides that are about no code host in particular. */
  exampleUrl: string;
  /** What to type as a code host's address: one sentence. */
  addressHint: string;
  /** The example is where everybody's is, so that links to its pages lead somewhere. */
  isPublic: boolean;
  recognise(token: string): Recognition | null;
  guide(request: GuideRequest): Guide;
}

/** Held against the registry by a test. */
export const offlineKinds: Readonly<Record<string, OfflineKind>> = {
  github: {
    name: "GitHub",
    credentialTypes: githubCredentialTypes,
    repositoryExample: "owner/name",
    guideVersions: githubGuideVersions,
    exampleUrl: "https://github.com",
    addressHint: "https://github.com, your enterprise's own address on ghe.com, or your own server.",
    isPublic: true,
    recognise: recogniseGithub,
    guide: guideGithub,
  },
  gitlab: {
    name: "GitLab",
    credentialTypes: gitlabCredentialTypes,
    repositoryExample: "group/project",
    guideVersions: gitlabGuideVersions,
    exampleUrl: "https://gitlab.com",
    addressHint: "https://gitlab.com or your own server, with its path when it is not at the root.",
    isPublic: true,
    recognise: recogniseGitlab,
    guide: guideGitlab,
  },
  "bitbucket-cloud": {
    name: "Bitbucket Cloud",
    credentialTypes: bitbucketCloudCredentialTypes,
    repositoryExample: "workspace/repository",
    guideVersions: [],
    exampleUrl: "https://bitbucket.org",
    addressHint: "https://bitbucket.org. A server of your own is Bitbucket Data Center.",
    isPublic: true,
    recognise: recogniseBitbucketCloud,
    guide: guideBitbucketCloud,
  },
  "bitbucket-data-center": {
    name: "Bitbucket Data Center",
    credentialTypes: bitbucketDataCenterCredentialTypes,
    repositoryExample: "PROJECT/repository",
    guideVersions: bitbucketDataCenterGuideVersions,
    exampleUrl: "https://bitbucket.example.com",
    addressHint: "Your own Bitbucket Data Center or Server, with its path when it is not at the root.",
    isPublic: false,
    recognise: recogniseBitbucketDataCenter,
    guide: guideBitbucketDataCenter,
  },
  "azure-devops": {
    name: "Azure DevOps Services",
    credentialTypes: servicesCredentialTypes,
    repositoryExample: "project/repository",
    guideVersions: [],
    exampleUrl: "https://dev.azure.com/your-organization",
    addressHint: "One organization: https://dev.azure.com/name, or its old address name.visualstudio.com.",
    isPublic: false,
    recognise: recogniseServices,
    guide: guideServices,
  },
  "azure-devops-server": {
    name: "Azure DevOps Server",
    credentialTypes: serverCredentialTypes,
    repositoryExample: "project/repository",
    guideVersions: serverGuideVersions,
    exampleUrl: "https://azure.example.com/DefaultCollection",
    addressHint: "One collection of Azure DevOps Server or TFS, such as https://tfs.example.com/tfs/DefaultCollection.",
    isPublic: false,
    recognise: recogniseServer,
    guide: guideServer,
  },
  "aws-codecommit": {
    name: "AWS CodeCommit",
    credentialTypes: awsCredentialTypes,
    repositoryExample: "my-repository",
    guideVersions: [],
    exampleUrl: "https://git-codecommit.us-east-1.amazonaws.com",
    addressHint: "One region: its name, such as eu-west-1, or the beginning of a repository's clone URL there.",
    isPublic: true,
    recognise: recogniseAws,
    guide: guideAws,
  },
  gitea: {
    name: "Gitea",
    credentialTypes: giteaCredentialTypes,
    repositoryExample: "owner/name",
    guideVersions: giteaGuideVersions,
    exampleUrl: "https://gitea.example.com",
    addressHint: "Your own Gitea, with its path when it is not at the root.",
    isPublic: false,
    recognise: recogniseGitea,
    guide: guideGitea,
  },
  forgejo: {
    name: "Forgejo",
    credentialTypes: giteaCredentialTypes,
    repositoryExample: "owner/name",
    guideVersions: forgejoGuideVersions,
    exampleUrl: "https://codeberg.org",
    addressHint: "https://codeberg.org or your own Forgejo, with its path when it is not at the root.",
    isPublic: true,
    recognise: recogniseGitea,
    guide: guideForgejo,
  },
  gerrit: {
    name: "Gerrit",
    credentialTypes: gerritCredentialTypes,
    repositoryExample: "tools/build",
    guideVersions: gerritGuideVersions,
    exampleUrl: "https://gerrit.example.com",
    addressHint: "Your own Gerrit, with its path when it is not at the root.",
    isPublic: false,
    recognise: recogniseGerrit,
    guide: guideGerrit,
  },
};

/** Null for a kind that is not, or no longer, known. */
export function offlineKind(kind: string): OfflineKind | null {
  return Object.hasOwn(offlineKinds, kind) ? (offlineKinds[kind] ?? null) : null;
}
