import { describeAdapterContract } from "../contract";
import { awsCodecommitContract } from "../simulators/aws";

describeAdapterContract(awsCodecommitContract);
