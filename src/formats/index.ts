import { cloudtrail } from './aws/cloudtrail.js'
import { vpcFlow } from './aws/vpc-flow.js'
import type { LogFormat } from './format.js'
import { helloWorld } from './hello-world.js'

/** Every log type that ships, in the order in which detection breaks ties. */
export const FORMATS: readonly LogFormat[] = [cloudtrail, vpcFlow, helloWorld]
