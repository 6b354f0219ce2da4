import { describeAdapterContract } from "../contract";
import { azureDevopsContract, azureDevopsServerContract } from "../simulators/azure-devops";

describeAdapterContract(azureDevopsContract);
describeAdapterContract(azureDevopsServerContract);
