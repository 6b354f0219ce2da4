import { describeAdapterContract } from "../contract";
import { gerritContract } from "../simulators/gerrit";

describeAdapterContract(gerritContract);
