import type { Audit } from '../audit/audit.js'
import { STS_UNSUPPORTED } from '../sts/operations.js'
import type { EmrContext } from '../emr/context.js'
import { emrService } from '../emr/index.js'
import { loadModel } from '../wire/load-model.js'
import type { AwsOperation, AwsService } from '../wire/service.js'

export interface ServicesContext {
  readonly audit: Pick<Audit, 'operations'>
  readonly sts: Readonly<Record<string, AwsOperation>>
  readonly emr: EmrContext
}

/** Every API of AWS that the server speaks. The one table. */
export function services({ audit, sts, emr }: ServicesContext): readonly AwsService[] {
  return [
    emrService(emr),
    {
      signingName: 'sts',
      eventSource: 'sts.amazonaws.com',
      model: loadModel('sts'),
      operations: sts,
      unsupported: STS_UNSUPPORTED,
    },
    {
      signingName: 'cloudtrail',
      eventSource: 'cloudtrail.amazonaws.com',
      model: loadModel('cloudtrail'),
      operations: audit.operations,
      unsupported: {},
    },
  ]
}
