import type { JsonObject } from '../wire/service.js'
import type { GroupDocument, InstanceDocument } from './cluster/documents.js'
import type { NodeView } from './nodes/provider.js'
import { showStatus } from './show.js'

/** A group as ListInstanceGroups tells it. */
export function showGroup(
  group: GroupDocument,
  instances: readonly InstanceDocument[],
): JsonObject {
  return {
    Configurations: [],
    EbsBlockDevices: [],
    EbsOptimized: false,
    ShrinkPolicy: {},
    ...group.shown,
    Id: group.id,
    Name: group.name,
    Market: group.market,
    InstanceGroupType: group.role,
    BidPrice: group.bidPrice,
    InstanceType: group.instanceType,
    RequestedInstanceCount: group.requested,
    RunningInstanceCount: instances.filter(
      (one) => one.group === group.id && one.state === 'RUNNING',
    ).length,
    Status: showStatus(group),
    AutoScalingPolicy: group.autoScalingPolicy,
  }
}

/** An instance as ListInstances tells it, with what it really is. */
export function showInstance(instance: InstanceDocument, view: NodeView | undefined): JsonObject {
  return {
    Id: instance.id,
    Ec2InstanceId: instance.ec2Id,
    PublicDnsName: view?.dns ?? '',
    PublicIpAddress: view?.address,
    PrivateDnsName: view?.dns,
    PrivateIpAddress: view?.address,
    Status: showStatus(instance),
    InstanceGroupId: instance.group,
    InstanceFleetId: instance.fleet,
    Market: instance.market,
    InstanceType: instance.instanceType,
    EbsVolumes: [],
  }
}
