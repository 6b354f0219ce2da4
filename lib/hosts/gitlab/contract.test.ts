import { describeAdapterContract } from "../contract";
import { gitlabContract } from "../simulators/gitlab";

describeAdapterContract(gitlabContract);
