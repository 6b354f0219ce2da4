import { describeAdapterContract } from "../contract";
import { contractFor } from "../simulators/github";

/** Beside the suite's run in ../contract.test.ts: an older server, and header names as a proxy spells them. */
describeAdapterContract(contractFor({ flavour: "ghes", version: "3.9.0", headerCase: "upper" }));
