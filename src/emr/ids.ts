import { randomBytes, randomInt } from 'node:crypto'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** An id as EMR makes them: `j-` and 13 capital letters and digits. */
export function newId(prefix: 'j' | 's' | 'ig' | 'if' | 'ci'): string {
  return `${prefix}-${Array.from({ length: 13 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`
}

/** An id of an instance as EC2 makes them: `i-` and 17 hexadecimal digits. */
export function newEc2Id(): string {
  return `i-0${randomBytes(8).toString('hex')}`
}
