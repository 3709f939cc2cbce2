import type { StepRecord } from '../jobs/step.js'
import type { JsonObject } from '../wire/service.js'
import type { StepDocument } from './cluster/documents.js'
import type { EmrContext } from './context.js'
import { seconds } from './show.js'

/** A step with its run, the newest last. */
export interface FoundStep {
  readonly doc: StepDocument
  readonly run: StepRecord
}

/** The steps of a cluster, in the order in which they came. */
export function stepsOf(
  { documents, runner }: Pick<EmrContext, 'documents' | 'runner'>,
  cluster: string,
): readonly FoundStep[] {
  const runs = new Map(runner.list(cluster).map((run) => [run.spec.id, run]))
  return documents.steps.of(cluster).flatMap((doc) => {
    const run = runs.get(doc.id)
    return run ? [{ doc, run }] : []
  })
}

/** A step as ListSteps and DescribeStep tell it. */
export function showStep({ doc, run }: FoundStep): JsonObject {
  const { spec, state, created, started, ended, failure } = run
  return {
    Id: doc.id,
    Name: spec.name,
    Config: {
      Jar: spec.jar,
      Properties: spec.properties ?? {},
      MainClass: spec.mainClass,
      Args: spec.args,
    },
    ActionOnFailure: doc.actionOnFailure,
    Status: {
      State: state,
      StateChangeReason: {},
      FailureDetails: failure && {
        Reason: failure.reason,
        Message: failure.message,
        LogFile: failure.logFile,
      },
      Timeline: {
        CreationDateTime: seconds(created),
        StartDateTime: seconds(started),
        EndDateTime: seconds(ended),
      },
    },
    ExecutionRoleArn: doc.executionRole,
    LogUri: spec.logUri,
    EncryptionKeyArn: doc.encryptionKey,
  }
}
