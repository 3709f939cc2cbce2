import { randomBytes } from 'node:crypto'

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Kinds of ids, by how AWS has them begin. */
export type IdPrefix = 'AKIA' | 'ASIA' | 'AIDA' | 'AROA'

/** Makes ids and secrets; tests give one that is known. */
export type RandomSource = (bytes: number) => Buffer

/**
 * A new id such as `AKIA…` with 16 random characters (80 bits).
 * @example newId('AKIA')
 */
export function newId(prefix: IdPrefix, random: RandomSource = randomBytes): string {
  return prefix + Array.from(random(16), (byte) => BASE32[byte & 31]).join('')
}

/** A new secret of 40 characters (240 bits). */
export function newSecret(random: RandomSource = randomBytes): string {
  return random(30).toString('base64')
}
