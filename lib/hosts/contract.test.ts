import { describeAdapterContract } from "./contract";
import { githubContract } from "./simulators/github";
import { gitlabContract } from "./simulators/gitlab";

describeAdapterContract(githubContract);
describeAdapterContract(gitlabContract);
