import { numberOf, objectOf, objectsOf, textOf } from '../../wire/members.js'
import type { Json, JsonObject } from '../../wire/service.js'
import type { Comparison } from '../alarms/evaluate.js'
import type { ClusterDocument, InstanceRole } from '../cluster/documents.js'
import { invalidRequest } from '../errors.js'
import { METRICS } from '../metrics/names.js'
import type { Statistic } from '../metrics/statistic.js'
import type { AdjustmentType, Constraints, ScalingRule } from './automatic.js'

/** A policy of an instance group, ready to be applied. */
export interface AutoScaling {
  readonly constraints: Constraints
  readonly rules: readonly ScalingRule[]
}

const NAMESPACE = 'AWS/ElasticMapReduce'
const PLACEHOLDER = '${emr.clusterId}'
const MOST_RULES = 50
const LONGEST_S = 86_400
const MOST_INSTANCES = 4000

/**
 * A policy as it is kept and told: `AutoScalingPolicyDescription`, PENDING, with the cluster's id for the
 * placeholder.
 * @throws AwsError for a policy that cannot be applied
 */
export function describeAutoScaling(
  policy: Json | undefined,
  of: {
    readonly role: InstanceRole
    readonly cluster: Pick<ClusterDocument, 'id' | 'managedScalingPolicy'>
  },
): JsonObject {
  const { id: cluster, managedScalingPolicy } = of.cluster
  if (of.role === 'MASTER') throw invalidRequest('The MASTER instance group is not scaled.')
  if (managedScalingPolicy)
    throw invalidRequest('The cluster has a managed scaling policy: remove it first.')
  const { Constraints, Rules } = objectOf(policy)
  const described = {
    Status: statusOf('PENDING'),
    Constraints: objectOf(Constraints),
    Rules: objectsOf(Rules).map((rule) => describeRule(rule, cluster)),
  }
  check(readAutoScaling(described))
  return described
}

/** `Status` of a policy. */
export function statusOf(state: 'PENDING' | 'ATTACHING' | 'ATTACHED' | 'DETACHING'): JsonObject {
  return {
    State: state,
    StateChangeReason: { Code: 'USER_REQUEST', Message: '' },
  }
}

/** What a kept policy says. @throws AwsError for a metric or time that cannot be */
export function readAutoScaling(description: JsonObject): AutoScaling {
  const constraints = objectOf(description['Constraints'])
  return {
    constraints: {
      least: numberOf(constraints['MinCapacity']) ?? 0,
      most: numberOf(constraints['MaxCapacity']) ?? 0,
    },
    rules: objectsOf(description['Rules']).map(readRule),
  }
}

function describeRule(rule: JsonObject, cluster: string): JsonObject {
  const trigger = objectOf(rule['Trigger'])
  const alarm = objectOf(trigger['CloudWatchAlarmDefinition'])
  const action = objectOf(rule['Action'])
  const simple = objectOf(action['SimpleScalingPolicyConfiguration'])
  const dimensions = objectsOf(alarm['Dimensions'])
  const named = dimensions.length > 0 ? dimensions : [{ Key: 'JobFlowId', Value: PLACEHOLDER }]
  return {
    ...rule,
    Action: {
      ...action,
      SimpleScalingPolicyConfiguration: {
        AdjustmentType: 'CHANGE_IN_CAPACITY',
        CoolDown: 0,
        ...simple,
      },
    },
    Trigger: {
      CloudWatchAlarmDefinition: {
        EvaluationPeriods: 1,
        Namespace: NAMESPACE,
        Statistic: 'AVERAGE',
        Unit: 'NONE',
        ...alarm,
        Dimensions: named.map(({ Key, Value }) => dimension(Key, Value, cluster)),
      },
    },
  }
}

function dimension(key: Json | undefined, value: Json | undefined, cluster: string): JsonObject {
  const id = value === PLACEHOLDER ? cluster : value
  if (key !== 'JobFlowId' || id !== cluster)
    throw invalidRequest(
      `A rule goes by the metrics of its own cluster: the dimension is JobFlowId with ${PLACEHOLDER}.`,
    )
  return { Key: key, Value: id }
}

function readRule(rule: JsonObject): ScalingRule {
  const alarm = objectOf(objectOf(rule['Trigger'])['CloudWatchAlarmDefinition'])
  const simple = objectOf(objectOf(rule['Action'])['SimpleScalingPolicyConfiguration'])
  const metric = textOf(alarm['MetricName']) ?? ''
  if (alarm['Namespace'] !== NAMESPACE || !Object.hasOwn(METRICS, metric))
    throw invalidRequest(
      `headrig does not know the metric ${textOf(alarm['Namespace']) ?? ''} ${metric}: see docs/emr-scaling.md.`,
    )
  return {
    name: textOf(rule['Name']) ?? '',
    metric,
    when: {
      statistic: alarm['Statistic'] as Statistic,
      comparison: alarm['ComparisonOperator'] as Comparison,
      threshold: numberOf(alarm['Threshold']) ?? 0,
      periodMs: (numberOf(alarm['Period']) ?? 0) * 1000,
      evaluationPeriods: numberOf(alarm['EvaluationPeriods']) ?? 1,
    },
    adjustmentType: simple['AdjustmentType'] as AdjustmentType,
    adjustment: numberOf(simple['ScalingAdjustment']) ?? 0,
    coolDownMs: (numberOf(simple['CoolDown']) ?? 0) * 1000,
  }
}

function check({ constraints: { least, most }, rules }: AutoScaling): void {
  if (least < 0 || most < least || most > MOST_INSTANCES)
    throw invalidRequest(
      `Constraints: 0 <= MinCapacity (${least}) <= MaxCapacity (${most}) <= ${MOST_INSTANCES}.`,
    )
  if (rules.length === 0 || rules.length > MOST_RULES)
    throw invalidRequest(`A policy has 1 to ${MOST_RULES} rules, and not ${rules.length}.`)
  for (const [i, { name, when, coolDownMs, adjustmentType, adjustment }] of rules.entries()) {
    if (rules.findIndex((rule) => rule.name === name) < i)
      throw invalidRequest(`Two rules are named ${JSON.stringify(name.slice(0, 128))}.`)
    const seconds = when.periodMs / 1000
    if (seconds < 60 || seconds % 60 !== 0)
      throw invalidRequest(`Period must be a multiple of 60 seconds, and is ${seconds}.`)
    if (when.evaluationPeriods < 1 || seconds * when.evaluationPeriods > LONGEST_S)
      throw invalidRequest('EvaluationPeriods of Period seconds are one at least, a day at most.')
    if (coolDownMs < 0) throw invalidRequest('CoolDown must not be negative.')
    if (adjustmentType === 'EXACT_CAPACITY' && adjustment < 0)
      throw invalidRequest('ScalingAdjustment of EXACT_CAPACITY must not be negative.')
  }
}
