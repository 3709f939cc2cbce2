import { numberOf, objectOf, objectsOf, textOf, textsOf } from '../../wire/members.js'
import type { Json, JsonObject } from '../../wire/service.js'
import type { BootstrapAction, ClusterDocument } from '../cluster/documents.js'
import { invalid } from '../errors.js'
import { kerberosAttributes, type KerberosAttributes } from '../kerberos/attributes.js'
import { newId } from '../ids.js'
import { APPLICATIONS, isRelease, RELEASE_LABELS } from '../releases.js'
import { checkAutoTermination, checkManagedScaling } from '../scaling/policies.js'
import { tagsOf } from '../tags.js'
import { checkLogUri } from './log-uri.js'

const MOST_BOOTSTRAP_ACTIONS = 16
const MOST_CONCURRENT_STEPS = 256

/** Members of the request that DescribeCluster tells as they were asked, although nothing here depends on them. */
const SHOWN = [
  'Configurations',
  'CustomAmiId',
  'EbsRootVolumeIops',
  'EbsRootVolumeSize',
  'EbsRootVolumeThroughput',
  'LogEncryptionKmsKeyId',
  'OSReleaseLabel',
  'RepoUpgradeOnBoot',
  'ScaleDownBehavior',
] as const

/** Members that would change what a cluster does, and that headrig does not have. */
const REFUSED: Readonly<Record<string, string>> = {
  AmiVersion: 'AMI versions are not supported: give a release label',
  NewSupportedProducts: 'Products of third parties are not supported',
  PlacementGroupConfigs: 'Placement groups are not supported',
  SessionEnabled: 'Sessions are not supported',
  SupportedProducts: 'Products of third parties are not supported',
}

/**
 * A cluster as RunJobFlow's input asks for it, without its instances and steps.
 * @param order its place among the clusters
 * @throws AwsError for what AWS or headrig does not take
 */
export function clusterFrom(input: JsonObject, order: number, now: number): ClusterDocument {
  for (const [member, why] of Object.entries(REFUSED)) {
    const value = input[member]
    const isAsked =
      value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)
    if (isAsked) throw invalid(`${why}.`)
  }
  const instances = objectOf(input['Instances'])
  const releaseLabel = textOf(input['ReleaseLabel']) ?? RELEASE_LABELS[0]
  if (!isRelease(releaseLabel))
    throw invalid(`The supplied release label is invalid: ${releaseLabel.slice(0, 64)}.`)
  const stepConcurrency = checkConcurrency(numberOf(input['StepConcurrencyLevel']) ?? 1)
  const collection = instances['InstanceFleets'] === undefined ? 'INSTANCE_GROUP' : 'INSTANCE_FLEET'
  const kerberos = kerberosOf(input)
  const logUri = checkLogUri(textOf(input['LogUri']))
  const shown = Object.fromEntries(
    SHOWN.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])),
  )
  return {
    id: newId('j'),
    order,
    name: textOf(input['Name']) ?? '',
    state: 'STARTING',
    reason: {},
    timeline: { created: now },
    collection,
    releaseLabel,
    keepAlive: instances['KeepJobFlowAliveWhenNoSteps'] === true,
    terminationProtected: instances['TerminationProtected'] === true,
    unhealthyNodeReplacement: instances['UnhealthyNodeReplacement'] === true,
    visibleToAllUsers: input['VisibleToAllUsers'] !== false,
    stepConcurrency,
    bootstrapActions: bootstrapActionsFrom(input['BootstrapActions']),
    tags: tagsOf(input['Tags']),
    shown: {
      ...shown,
      Applications: applicationsFrom(input['Applications']),
      Ec2InstanceAttributes: ec2From(input, instances),
      ...(kerberos && {
        KerberosAttributes: { Realm: kerberos.realm, KdcAdminPassword: '********' },
      }),
    },
    ...(logUri !== undefined && { logUri }),
    ...texts(input, {
      serviceRole: 'ServiceRole',
      jobFlowRole: 'JobFlowRole',
      autoScalingRole: 'AutoScalingRole',
      securityConfiguration: 'SecurityConfiguration',
    }),
    ...(input['ManagedScalingPolicy'] !== undefined && {
      managedScalingPolicy: checkManagedScaling(input['ManagedScalingPolicy'], collection),
    }),
    ...(input['AutoTerminationPolicy'] !== undefined && {
      autoTerminationPolicy: checkAutoTermination(input['AutoTerminationPolicy']),
      autoTerminationFrom: now,
    }),
  }
}

/** @throws AwsError for attributes of Kerberos that are none */
export function kerberosOf(input: JsonObject): KerberosAttributes | undefined {
  const given = input['KerberosAttributes']
  return given === undefined ? undefined : kerberosAttributes(objectOf(given))
}

/** @throws AwsError for a number of steps at once that AWS does not take */
export function checkConcurrency(level: number): number {
  if (level < 1 || level > MOST_CONCURRENT_STEPS)
    throw invalid(`The step concurrency level must be between 1 and ${MOST_CONCURRENT_STEPS}.`)
  return level
}

function bootstrapActionsFrom(input: Json | undefined): readonly BootstrapAction[] {
  const actions = objectsOf(input)
  if (actions.length > MOST_BOOTSTRAP_ACTIONS)
    throw invalid(`A cluster has at most ${MOST_BOOTSTRAP_ACTIONS} bootstrap actions.`)
  return actions.map((action) => {
    const script = objectOf(action['ScriptBootstrapAction'])
    const path = (textOf(script['Path']) ?? '').replace(/^s3[an]:/i, 's3:')
    if (!/^(?:s3:\/\/|file:\/\/\/|\/)./.test(path))
      throw invalid(`The script of a bootstrap action is no place: '${path.slice(0, 200)}'.`)
    return {
      name: textOf(action['Name']) ?? '',
      path,
      args: textsOf(script['Args']),
    }
  })
}

/** What runs: all that headrig has, whatever is asked for; what it has not is refused. */
function applicationsFrom(input: Json | undefined): readonly JsonObject[] {
  const asked = objectsOf(input).map(({ Name }) => textOf(Name) ?? '')
  const named = (asked.length === 0 ? ['Hadoop'] : asked).map((name) => {
    const found = APPLICATIONS.find(({ Name }) => Name.toLowerCase() === name.toLowerCase())
    if (!found)
      throw invalid(
        `Application '${name.slice(0, 64)}' is not supported: there are ${APPLICATIONS.map(({ Name }) => Name).join(', ')}.`,
      )
    return found
  })
  return [...new Set(named)].map((application) => ({ ...application }))
}

function ec2From(input: JsonObject, instances: JsonObject): JsonObject {
  const placement = objectOf(instances['Placement'])
  const subnets = textsOf(instances['Ec2SubnetIds'])
  return {
    Ec2KeyName: instances['Ec2KeyName'],
    Ec2SubnetId: instances['Ec2SubnetId'] ?? subnets[0],
    RequestedEc2SubnetIds: subnets,
    Ec2AvailabilityZone: placement['AvailabilityZone'],
    RequestedEc2AvailabilityZones: placement['AvailabilityZones'] ?? [],
    IamInstanceProfile: input['JobFlowRole'],
    EmrManagedMasterSecurityGroup: instances['EmrManagedMasterSecurityGroup'],
    EmrManagedSlaveSecurityGroup: instances['EmrManagedSlaveSecurityGroup'],
    ServiceAccessSecurityGroup: instances['ServiceAccessSecurityGroup'],
    AdditionalMasterSecurityGroups: instances['AdditionalMasterSecurityGroups'] ?? [],
    AdditionalSlaveSecurityGroups: instances['AdditionalSlaveSecurityGroups'] ?? [],
  }
}

function texts<K extends string>(
  input: JsonObject,
  members: Readonly<Record<K, string>>,
): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {}
  for (const name in members) {
    const text = textOf(input[members[name]])
    if (text !== undefined) found[name] = text
  }
  return found
}
