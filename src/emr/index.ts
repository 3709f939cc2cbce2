import type { AwsOperation, AwsService } from '../wire/service.js'
import { loadModel } from '../wire/load-model.js'
import type { EmrContext } from './context.js'
import { describeReleaseLabel } from './operations/DescribeReleaseLabel.js'
import { listReleaseLabels } from './operations/ListReleaseLabels.js'
import { listSupportedInstanceTypes } from './operations/ListSupportedInstanceTypes.js'
import { clusterOperations } from './tables/clusters.js'
import { scalingOperations } from './tables/scaling.js'
import { securityOperations } from './tables/security.js'

const STUDIOS = 'headrig has no EMR Studio'
const NOTEBOOKS =
  'headrig runs no notebooks: use headrig submit, or a notebook of your own over Spark Connect'
const SESSIONS = 'headrig opens no sessions: use a Spark Connect server of headrig cluster start'
const UIS = 'the pages of Spark are reached at its own ports'

/** The operations of EMR that headrig does not have, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  CreatePersistentAppUI: UIS,
  CreateStudio: STUDIOS,
  CreateStudioSessionMapping: STUDIOS,
  DeleteStudio: STUDIOS,
  DeleteStudioSessionMapping: STUDIOS,
  DescribeNotebookExecution: NOTEBOOKS,
  DescribePersistentAppUI: UIS,
  DescribeStudio: STUDIOS,
  GetOnClusterAppUIPresignedURL: UIS,
  GetPersistentAppUIPresignedURL: UIS,
  GetSession: SESSIONS,
  GetSessionEndpoint: SESSIONS,
  GetStudioSessionMapping: STUDIOS,
  ListNotebookExecutions: NOTEBOOKS,
  ListSessions: SESSIONS,
  ListStudioSessionMappings: STUDIOS,
  ListStudios: STUDIOS,
  StartNotebookExecution: NOTEBOOKS,
  StartSession: SESSIONS,
  StopNotebookExecution: NOTEBOOKS,
  TerminateSession: SESSIONS,
  UpdateStudio: STUDIOS,
  UpdateStudioSessionMapping: STUDIOS,
}

/** The operations of EMR that are done. */
function emrOperations(context: EmrContext): Readonly<Record<string, AwsOperation>> {
  return {
    ...clusterOperations(context),
    ...scalingOperations(context),
    ...securityOperations(context),
    DescribeReleaseLabel: describeReleaseLabel(),
    ListReleaseLabels: listReleaseLabels(context),
    ListSupportedInstanceTypes: listSupportedInstanceTypes(context),
  }
}

/** Amazon EMR's API over the clusters of this server. */
export function emrService(context: EmrContext): AwsService {
  return {
    signingName: 'elasticmapreduce',
    eventSource: 'elasticmapreduce.amazonaws.com',
    model: loadModel('emr'),
    operations: emrOperations(context),
    unsupported: REFUSED,
  }
}
