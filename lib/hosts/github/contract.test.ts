import { describeAdapterContract } from "../contract";
import { githubContract, githubOlderContract } from "../simulators/github-contract";

describeAdapterContract(githubContract);
describeAdapterContract(githubOlderContract);
