import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { createSecurityConfiguration } from '../operations/CreateSecurityConfiguration.js'
import { deleteSecurityConfiguration } from '../operations/DeleteSecurityConfiguration.js'
import { describeSecurityConfiguration } from '../operations/DescribeSecurityConfiguration.js'
import { getBlockPublicAccessConfiguration } from '../operations/GetBlockPublicAccessConfiguration.js'
import { getClusterSessionCredentials } from '../operations/GetClusterSessionCredentials.js'
import { listSecurityConfigurations } from '../operations/ListSecurityConfigurations.js'
import { putBlockPublicAccessConfiguration } from '../operations/PutBlockPublicAccessConfiguration.js'

/** The operations of security configurations and public access, by name as in the model. */
export function securityOperations(context: EmrContext): Readonly<Record<string, AwsOperation>> {
  const { security, publicAccess, openPort, markers } = context
  return {
    CreateSecurityConfiguration: createSecurityConfiguration(security),
    DeleteSecurityConfiguration: deleteSecurityConfiguration(security),
    DescribeSecurityConfiguration: describeSecurityConfiguration(security),
    GetClusterSessionCredentials: getClusterSessionCredentials(context),
    GetBlockPublicAccessConfiguration: getBlockPublicAccessConfiguration(publicAccess),
    ListSecurityConfigurations: listSecurityConfigurations(security, markers),
    PutBlockPublicAccessConfiguration: putBlockPublicAccessConfiguration(publicAccess, openPort),
  }
}
