import { textOf } from '../../wire/members.js'
import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { invalidRequest } from '../errors.js'
import { INSTANCE_TYPES } from '../instance-types.js'
import { isRelease } from '../releases.js'

const PAGE = 25

/** The types of instances that a cluster may be asked for. */
export const listSupportedInstanceTypes = ({ markers }: EmrContext): AwsOperation => ({
  readOnly: true,
  access: () => [{ action: 'elasticmapreduce:ListSupportedInstanceTypes', resource: '*' }],
  run({ ReleaseLabel, Marker }) {
    const label = textOf(ReleaseLabel) ?? ''
    if (!isRelease(label)) throw invalidRequest(`The release label ${label} is not valid.`)
    const { page, marker } = markers.page(INSTANCE_TYPES, {
      scope: 'ListSupportedInstanceTypes',
      marker: textOf(Marker),
      size: PAGE,
      keyOf: ({ type }) => type,
    })
    return {
      SupportedInstanceTypes: page.map(({ type, vcpu, memoryGiB, isArm }) => ({
        Type: type,
        VCPU: vcpu,
        MemoryGB: memoryGiB,
        StorageGB: 0,
        NumberOfDisks: 0,
        EbsStorageOnly: true,
        EbsOptimizedAvailable: true,
        EbsOptimizedByDefault: !type.startsWith('m4'),
        Is64BitsOnly: true,
        InstanceFamilyId: type.split('.')[0],
        Architecture: isArm ? 'ARM64' : 'X86_64',
      })),
      Marker: marker,
    }
  },
})
