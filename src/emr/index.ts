import type { AwsOperation, AwsService } from '../wire/service.js'
import { loadModel } from '../wire/load-model.js'
import type { EmrContext } from './context.js'
import { createSecurityConfiguration } from './operations/CreateSecurityConfiguration.js'
import { deleteSecurityConfiguration } from './operations/DeleteSecurityConfiguration.js'
import { describeReleaseLabel } from './operations/DescribeReleaseLabel.js'
import { describeSecurityConfiguration } from './operations/DescribeSecurityConfiguration.js'
import { getBlockPublicAccessConfiguration } from './operations/GetBlockPublicAccessConfiguration.js'
import { listReleaseLabels } from './operations/ListReleaseLabels.js'
import { listSecurityConfigurations } from './operations/ListSecurityConfigurations.js'
import { listSupportedInstanceTypes } from './operations/ListSupportedInstanceTypes.js'
import { putBlockPublicAccessConfiguration } from './operations/PutBlockPublicAccessConfiguration.js'

const NOT_YET = 'it comes with a later version, see docs/gaps.md'
const STUDIOS = 'headrig has no EMR Studio'
const NOTEBOOKS =
  'headrig runs no notebooks: use headrig submit, or a notebook of your own over Spark Connect'
const SESSIONS = 'headrig opens no sessions: use a Spark Connect server of headrig cluster start'
const UIS = 'the pages of Spark are reached at its own ports'

/** The operations of EMR that are not done, and why; with those of `emrOperations` they are all. */
export const UNSUPPORTED: Readonly<Record<string, string>> = {
  AddInstanceFleet: NOT_YET,
  AddInstanceGroups: NOT_YET,
  AddJobFlowSteps: NOT_YET,
  AddTags: NOT_YET,
  CancelSteps: NOT_YET,
  CreatePersistentAppUI: UIS,
  CreateStudio: STUDIOS,
  CreateStudioSessionMapping: STUDIOS,
  DeleteStudio: STUDIOS,
  DeleteStudioSessionMapping: STUDIOS,
  DescribeCluster: NOT_YET,
  DescribeJobFlows: NOT_YET,
  DescribeNotebookExecution: NOTEBOOKS,
  DescribePersistentAppUI: UIS,
  DescribeStep: NOT_YET,
  DescribeStudio: STUDIOS,
  GetAutoTerminationPolicy: NOT_YET,
  GetClusterSessionCredentials: NOT_YET,
  GetManagedScalingPolicy: NOT_YET,
  GetOnClusterAppUIPresignedURL: UIS,
  GetPersistentAppUIPresignedURL: UIS,
  GetSession: SESSIONS,
  GetSessionEndpoint: SESSIONS,
  GetStudioSessionMapping: STUDIOS,
  ListBootstrapActions: NOT_YET,
  ListClusters: NOT_YET,
  ListInstanceFleets: NOT_YET,
  ListInstanceGroups: NOT_YET,
  ListInstances: NOT_YET,
  ListNotebookExecutions: NOTEBOOKS,
  ListSessions: SESSIONS,
  ListSteps: NOT_YET,
  ListStudioSessionMappings: STUDIOS,
  ListStudios: STUDIOS,
  ModifyCluster: NOT_YET,
  ModifyInstanceFleet: NOT_YET,
  ModifyInstanceGroups: NOT_YET,
  PutAutoScalingPolicy: NOT_YET,
  PutAutoTerminationPolicy: NOT_YET,
  PutManagedScalingPolicy: NOT_YET,
  RemoveAutoScalingPolicy: NOT_YET,
  RemoveAutoTerminationPolicy: NOT_YET,
  RemoveManagedScalingPolicy: NOT_YET,
  RemoveTags: NOT_YET,
  RunJobFlow: NOT_YET,
  SetKeepJobFlowAliveWhenNoSteps: NOT_YET,
  SetTerminationProtection: NOT_YET,
  SetUnhealthyNodeReplacement: NOT_YET,
  SetVisibleToAllUsers: NOT_YET,
  StartNotebookExecution: NOTEBOOKS,
  StartSession: SESSIONS,
  StopNotebookExecution: NOTEBOOKS,
  TerminateJobFlows: NOT_YET,
  TerminateSession: SESSIONS,
  UpdateStudio: STUDIOS,
  UpdateStudioSessionMapping: STUDIOS,
}

/** The operations of EMR that are done. */
export function emrOperations(context: EmrContext): Readonly<Record<string, AwsOperation>> {
  const { security, publicAccess, openPort, markers } = context
  return {
    CreateSecurityConfiguration: createSecurityConfiguration(security),
    DeleteSecurityConfiguration: deleteSecurityConfiguration(security),
    DescribeReleaseLabel: describeReleaseLabel(),
    DescribeSecurityConfiguration: describeSecurityConfiguration(security),
    GetBlockPublicAccessConfiguration: getBlockPublicAccessConfiguration(publicAccess),
    ListReleaseLabels: listReleaseLabels(context),
    ListSecurityConfigurations: listSecurityConfigurations(security, markers),
    ListSupportedInstanceTypes: listSupportedInstanceTypes(context),
    PutBlockPublicAccessConfiguration: putBlockPublicAccessConfiguration(publicAccess, openPort),
  }
}

/** Amazon EMR's API over the clusters of this server. */
export function emrService(context: EmrContext): AwsService {
  return {
    signingName: 'elasticmapreduce',
    eventSource: 'elasticmapreduce.amazonaws.com',
    model: loadModel('emr'),
    operations: emrOperations(context),
    unsupported: UNSUPPORTED,
  }
}
