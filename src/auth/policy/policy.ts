import type { Condition } from './condition.js'
import type { Template } from './template.js'

/** An IAM policy, read and checked. */
export interface Policy {
  /** For messages. */
  readonly name: string
  readonly statements: readonly Statement[]
}

export interface Statement {
  /** Its Sid, or its number from 1. */
  readonly label: string
  readonly isAllow: boolean
  readonly actions: Choice<Template>
  /** None in a trust policy, whose resource is the role itself. */
  readonly resources?: Choice<ResourcePattern>
  /** In resource and trust policies only. */
  readonly principals?: Choice<PrincipalPattern>
  readonly conditions: readonly Condition[]
}

/** What an element lists, or with Not… what it excepts. */
export interface Choice<T> {
  readonly isNot: boolean
  readonly patterns: readonly T[]
}

/** `*`, or the six parts of an ARN. */
export type ResourcePattern = '*' | readonly Template[]

export interface PrincipalPattern {
  readonly type: 'AWS' | 'Service' | 'Federated' | 'CanonicalUser' | '*'
  readonly value: string
}
