import { describeAdapterContract } from "../contract";
import { forgejoContract, giteaContract, olderGiteaContracts } from "../simulators/gitea";

describeAdapterContract(giteaContract);
describeAdapterContract(forgejoContract);
for (const older of olderGiteaContracts) describeAdapterContract(older);
