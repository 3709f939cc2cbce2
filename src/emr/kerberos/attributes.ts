import { textOf } from '../../wire/members.js'
import type { JsonObject } from '../../wire/service.js'
import { invalid } from '../errors.js'

/** Where a cluster belongs, and the password of `kadmin/admin` there: never to be kept. */
export interface KerberosAttributes {
  readonly realm: string
  readonly password: string
}

const REALM = /^(?=.{1,253}$)[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*$/
const LONGEST_PASSWORD = 256
const REFUSED: Readonly<Record<string, string>> = {
  CrossRealmTrustPrincipalPassword: 'headrig makes no trust between realms',
  ADDomainJoinUser: 'headrig joins no domain of Active Directory',
  ADDomainJoinPassword: 'headrig joins no domain of Active Directory',
}

/**
 * `KerberosAttributes` of RunJobFlow; undefined when there are none.
 * @param given a structure of an input that was validated
 * @throws AwsError for what is no realm or password, and for what headrig does not do; no message has a password
 */
export function kerberosAttributes(given: JsonObject | undefined): KerberosAttributes | undefined {
  if (given === undefined) return undefined
  for (const [member, why] of Object.entries(REFUSED))
    if (given[member] !== undefined)
      throw wrong(`KerberosAttributes.${member} is not supported: ${why}`)
  const realm = textOf(given['Realm']) ?? ''
  const password = textOf(given['KdcAdminPassword']) ?? ''
  if (!REALM.test(realm))
    throw wrong(
      `KerberosAttributes.Realm ${JSON.stringify(realm.slice(0, 64))} is no realm, such as EXAMPLE.COM`,
    )
  if (password === '' || password.length > LONGEST_PASSWORD || /\p{Cc}/u.test(password))
    throw wrong(
      `KerberosAttributes.KdcAdminPassword must have 1 to ${LONGEST_PASSWORD} characters, none of them control characters`,
    )
  return { realm, password }
}

/**
 * Says whether attributes and a security configuration go together, as AWS asks.
 * @throws AwsError when one is there without the other
 */
export function checkTogether(hasAttributes: boolean, hasKdc: boolean): void {
  if (hasAttributes && !hasKdc)
    throw wrong(
      'KerberosAttributes need a security configuration with AuthenticationConfiguration.KerberosConfiguration',
    )
  if (hasKdc && !hasAttributes)
    throw wrong('The security configuration asks for Kerberos: give KerberosAttributes')
}

function wrong(why: string): Error {
  return invalid(`${why}.`)
}
