import { describeAdapterContract } from "../contract";
import { gitlabContract } from "../simulators/gitlab-contract";

describeAdapterContract(gitlabContract);
