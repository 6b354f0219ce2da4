import { describeAdapterContract } from "../contract";
import { contractFor, githubContract } from "../simulators/github";

describeAdapterContract(githubContract);

/** An older server, and header names as a proxy spells them. */
describeAdapterContract(contractFor({ flavour: "ghes", version: "3.9.0", headerCase: "upper" }));
