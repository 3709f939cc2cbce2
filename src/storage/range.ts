import { HeadrigError } from '../core/errors.js'
import type { GetOptions } from './store.js'

type Range = NonNullable<GetOptions['range']>

/** Throws `invalid` unless the range is two whole numbers with 0 <= start <= end. */
export function checkRange({ start, end }: Range): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end) return
  throw new HeadrigError('invalid', `byte range ${start} to ${end} is not 0 <= start <= end`)
}
