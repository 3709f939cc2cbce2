import { textOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import { invalidRequest } from '../errors.js'
import { APPLICATIONS, isRelease, RELEASE_LABELS } from '../releases.js'

/** What runs under a release label; without one, the newest. */
export const describeReleaseLabel = (): AwsOperation => ({
  readOnly: true,
  access: () => [{ action: 'elasticmapreduce:DescribeReleaseLabel', resource: '*' }],
  run({ ReleaseLabel }) {
    const label = textOf(ReleaseLabel) ?? RELEASE_LABELS[0]
    if (!isRelease(label)) throw invalidRequest(`The release label ${label} is not valid.`)
    return { ReleaseLabel: label, Applications: [...APPLICATIONS] }
  },
})
