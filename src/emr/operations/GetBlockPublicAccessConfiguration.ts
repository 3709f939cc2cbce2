import type { AwsOperation } from '../../wire/service.js'
import type { BlockPublicAccessStore } from '../security/block-public-access.js'

/** Whether this server may be reached in the clear, and who said so. */
export const getBlockPublicAccessConfiguration = (store: BlockPublicAccessStore): AwsOperation => ({
  readOnly: true,
  access: () => [{ action: 'elasticmapreduce:GetBlockPublicAccessConfiguration', resource: '*' }],
  run() {
    const { isOn, permitted, by, since } = store.get()
    return {
      BlockPublicAccessConfiguration: {
        BlockPublicSecurityGroupRules: isOn,
        PermittedPublicSecurityGroupRuleRanges: permitted.map(({ from, to }) => ({
          MinRange: from,
          MaxRange: to,
        })),
      },
      BlockPublicAccessConfigurationMetadata: { CreationDateTime: since / 1000, CreatedByArn: by },
    }
  },
})
