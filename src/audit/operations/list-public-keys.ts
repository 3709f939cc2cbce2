import { AwsError } from '../../wire/aws-error.js'
import type { AwsOperation } from '../../wire/service.js'
import type { PublicKey } from '../digest-keys.js'
import { readOperation } from './read-operation.js'

/** The keys that signed the digests of a time: what `aws cloudtrail validate-logs` asks for. */
export function listPublicKeys(keys: readonly PublicKey[]): AwsOperation {
  return readOperation('ListPublicKeys', ({ StartTime, EndTime }, { now }) => {
    const to = typeof EndTime === 'number' ? EndTime : now.getTime() / 1000
    const from = typeof StartTime === 'number' ? StartTime : 0
    if (from > to)
      throw new AwsError(
        'InvalidTimeRangeException',
        `StartTime ${from} is after EndTime ${to}: give an EndTime that is not before it`,
      )
    const list = keys.map((key) => ({
      ...key,
      ValidityStartTime: Date.parse(key.ValidityStartTime) / 1000,
      ValidityEndTime: Date.parse(key.ValidityEndTime) / 1000,
    }))
    return {
      PublicKeyList: list.filter((k) => k.ValidityStartTime <= to && k.ValidityEndTime >= from),
    }
  })
}
