import type { JsonObject } from '../wire/service.js'
import type { StepView } from './cluster/steps.js'
import { seconds } from './show.js'

/** A step as ListSteps and DescribeStep tell it. */
export function showStep({ doc, run }: StepView): JsonObject {
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
