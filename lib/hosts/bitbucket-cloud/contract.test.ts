import { describeAdapterContract } from "../contract";
import { bitbucketCloudContract } from "../simulators/bitbucket-cloud";

describeAdapterContract(bitbucketCloudContract);
