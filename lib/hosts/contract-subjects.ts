import type { ContractSubject } from "./contract";
import { awsCodecommitContract } from "./simulators/aws";
import { azureDevopsContract, azureDevopsServerContract } from "./simulators/azure-devops";
import { bitbucketCloudContract } from "./simulators/bitbucket-cloud";
import { bitbucketDataCenterContract } from "./simulators/bitbucket-data-center";
import { gerritContract } from "./simulators/gerrit";
import { forgejoContract, giteaContract } from "./simulators/gitea";
import { githubContract } from "./simulators/github";
import { gitlabContract } from "./simulators/gitlab";

/** A simulator for each registered kind, as the contract and the browser tests want it. */
export const contractSubjects: Readonly<Record<string, ContractSubject>> = {
  github: githubContract,
  gitlab: gitlabContract,
  "bitbucket-cloud": bitbucketCloudContract,
  "bitbucket-data-center": bitbucketDataCenterContract,
  "azure-devops": azureDevopsContract,
  "azure-devops-server": azureDevopsServerContract,
  "aws-codecommit": awsCodecommitContract,
  gitea: giteaContract,
  forgejo: forgejoContract,
  gerrit: gerritContract,
};
