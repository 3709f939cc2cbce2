import { closest } from '../../core/closest.js'
import { HeadrigError } from '../../core/errors.js'

/** What has a name in a directory. */
export type Named = 'user' | 'role' | 'policy' | 'group' | 'provider'

const NAME = /^[\w+=,.@-]{1,64}$/

/** `not-found`, with the name that may have been meant. */
export function missing(
  kind: Named,
  name: string,
  all: readonly { readonly name: string }[],
): HeadrigError {
  const meant = closest(
    name,
    all.map((one) => one.name),
  )
  const hint = meant === undefined ? `see headrig auth ${kind} list` : `did you mean ${meant}?`
  return new HeadrigError('not-found', `no ${kind} ${JSON.stringify(name)}: ${hint}`)
}

export function missingKey(id: string): HeadrigError {
  return new HeadrigError('not-found', `no key ${JSON.stringify(id)}: see headrig auth key list`)
}

/** @throws HeadrigError `invalid` for what is no name, `conflict` for one that is taken */
export function checkNew(kind: Named, name: string, isTaken: boolean): void {
  if (!NAME.test(name))
    throw new HeadrigError(
      'invalid',
      `a ${kind} cannot be called ${JSON.stringify(name)}: use up to 64 letters, digits and _+=,.@-`,
    )
  if (isTaken)
    throw new HeadrigError(
      'conflict',
      `there is a ${kind} ${name}: remove it, or take another name`,
    )
}
