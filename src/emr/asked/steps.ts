import type { StepSpec } from '../../jobs/step.js'
import { objectOf, objectsOf, textOf, textsOf } from '../../wire/members.js'
import type { JsonObject } from '../../wire/service.js'
import type { ActionOnFailure, ClusterDocument, StepDocument } from '../cluster/documents.js'
import { invalid } from '../errors.js'
import { newId } from '../ids.js'
import { checkLogUri } from './log-uri.js'

/** As moto has it; the manuals of AWS do not say it. The AWS CLI always sends one. */
const DEFAULT_ACTION: ActionOnFailure = 'TERMINATE_CLUSTER'
/** Characters of all texts of a step. */
const MOST_TEXT = 10_240

/** A step that was asked for: what EMR keeps of it, and what is to run. */
export interface NewStep {
  readonly doc: StepDocument
  readonly spec: StepSpec
}

/**
 * Steps as a request brings them.
 * @param first the `order` of the first one
 * @param given the role that they have in place of the cluster's, and who gave it
 * @throws AwsError for one that AWS does not take
 */
export function stepsFrom(
  steps: readonly JsonObject[],
  cluster: Pick<ClusterDocument, 'id' | 'logUri' | 'stepConcurrency'>,
  first: number,
  given: Pick<StepSpec, 'role' | 'sourceIdentity'> = {},
): readonly NewStep[] {
  return steps.map((step, i) => {
    const id = newId('s')
    const asked = objectOf(step['HadoopJarStep'])
    const monitoring = objectOf(step['StepMonitoringConfiguration'])
    const s3 = objectOf(monitoring['S3MonitoringConfiguration'])
    const logUri = checkLogUri(textOf(s3['LogUri'])) ?? cluster.logUri
    const encryptionKey = textOf(s3['EncryptionKeyArn'])
    const name = textOf(step['Name']) ?? ''
    const jar = textOf(asked['Jar']) ?? ''
    const args = textsOf(asked['Args'])
    const mainClass = textOf(asked['MainClass'])
    const properties = propertiesOf(objectsOf(asked['Properties']))
    const texts = [jar, mainClass ?? '', ...args, ...Object.entries(properties).flat()]
    if (texts.reduce((sum, { length }) => sum + length, 0) > MOST_TEXT)
      throw invalid(
        `The texts of step '${name.slice(0, 64)}' are longer than ${MOST_TEXT} characters.`,
      )
    return {
      doc: {
        id,
        cluster: cluster.id,
        order: first + i,
        actionOnFailure:
          (textOf(step['ActionOnFailure']) as ActionOnFailure | undefined) ??
          (cluster.stepConcurrency > 1 ? 'CONTINUE' : DEFAULT_ACTION),
        ...(given.role !== undefined && { executionRole: given.role }),
        ...(encryptionKey !== undefined && { encryptionKey }),
        settled: false,
      },
      spec: {
        id,
        cluster: cluster.id,
        name,
        jar,
        args,
        ...(mainClass !== undefined && { mainClass }),
        ...(Object.keys(properties).length > 0 && { properties }),
        ...given,
        ...(logUri !== undefined && { logUri }),
      },
    }
  })
}

function propertiesOf(pairs: readonly JsonObject[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => [textOf(pair['Key']) ?? '', textOf(pair['Value']) ?? '']),
  )
}
