import { expect, test } from 'vitest'
import { readExecutors } from './master-work.js'

// The part of a page of Spark 4.2 that counts.
const page = (limit: string, granted: number): string => `
      <strong>Executor Limit: </strong>
                ${limit}
                (${granted} granted)
    </span>`

test('what an application waits for is read from its page', () => {
  expect(readExecutors(page('5', 2))).toEqual({ granted: 2, pending: 3 })
  expect(readExecutors(page('0', 2))).toEqual({ granted: 2, pending: 0 })
  expect(readExecutors(page('Unlimited', 2))).toEqual({ granted: 2, pending: 0 })
  expect(readExecutors(page('Unlimited', 0))).toEqual({ granted: 0, pending: 1 })
  expect(readExecutors('<div>No running application with ID app-1</div>')).toBeUndefined()
})
