import type { AwsOperation } from '../../wire/service.js'
import type { EmrContext } from '../context.js'
import { addInstanceFleet } from '../operations/AddInstanceFleet.js'
import { addTags } from '../operations/AddTags.js'
import { getAutoTerminationPolicy } from '../operations/GetAutoTerminationPolicy.js'
import { getManagedScalingPolicy } from '../operations/GetManagedScalingPolicy.js'
import { listInstanceFleets } from '../operations/ListInstanceFleets.js'
import { modifyInstanceFleet } from '../operations/ModifyInstanceFleet.js'
import { putAutoScalingPolicy } from '../operations/PutAutoScalingPolicy.js'
import { putAutoTerminationPolicy } from '../operations/PutAutoTerminationPolicy.js'
import { putManagedScalingPolicy } from '../operations/PutManagedScalingPolicy.js'
import { removeAutoScalingPolicy } from '../operations/RemoveAutoScalingPolicy.js'
import { removeAutoTerminationPolicy } from '../operations/RemoveAutoTerminationPolicy.js'
import { removeManagedScalingPolicy } from '../operations/RemoveManagedScalingPolicy.js'
import { removeTags } from '../operations/RemoveTags.js'

/** The operations of tags, fleets and scaling, by name as in the model. */
export function scalingOperations(context: EmrContext): Readonly<Record<string, AwsOperation>> {
  return {
    AddInstanceFleet: addInstanceFleet(context),
    AddTags: addTags(context),
    GetAutoTerminationPolicy: getAutoTerminationPolicy(context),
    GetManagedScalingPolicy: getManagedScalingPolicy(context),
    ListInstanceFleets: listInstanceFleets(context),
    ModifyInstanceFleet: modifyInstanceFleet(context),
    PutAutoScalingPolicy: putAutoScalingPolicy(context),
    PutAutoTerminationPolicy: putAutoTerminationPolicy(context),
    PutManagedScalingPolicy: putManagedScalingPolicy(context),
    RemoveAutoScalingPolicy: removeAutoScalingPolicy(context),
    RemoveAutoTerminationPolicy: removeAutoTerminationPolicy(context),
    RemoveManagedScalingPolicy: removeManagedScalingPolicy(context),
    RemoveTags: removeTags(context),
  }
}
