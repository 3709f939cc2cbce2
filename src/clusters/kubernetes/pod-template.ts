import { checkPod, type PodTemplate } from './pod-schema.js'

/** The label of nodes that says what they are for; nodes for tasks also have it as a taint. */
export const ROLE_LABEL = 'headrig-role'

const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
}

/** The driver runs on nodes for the primary. */
export function driverTemplate(): PodTemplate {
  return checkPod({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { labels: { [ROLE_LABEL]: 'primary' } },
    spec: {
      affinity: { nodeAffinity: onNodesFor(['primary']) },
      containers: [{ name: 'spark-kubernetes-driver', securityContext: CONTAINER_SECURITY }],
    },
  })
}

/**
 * Executors run on core nodes while there is room, else on task nodes; they get two minutes to hand over their
 * data. They never call Kubernetes.
 */
export function executorTemplate(onTaskNodes: boolean): PodTemplate {
  return checkPod({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { labels: { [ROLE_LABEL]: 'executor' } },
    spec: {
      affinity: {
        nodeAffinity: {
          ...onNodesFor(onTaskNodes ? ['core', 'task'] : ['core']),
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 100, preference: forRoles(['core']) },
          ],
        },
      },
      ...(onTaskNodes && {
        tolerations: [{ key: ROLE_LABEL, operator: 'Equal', value: 'task', effect: 'NoSchedule' }],
      }),
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 120,
      containers: [{ name: 'spark-kubernetes-executor', securityContext: CONTAINER_SECURITY }],
    },
  })
}

function onNodesFor(roles: readonly string[]) {
  return {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [forRoles(roles)] },
  }
}

function forRoles(roles: readonly string[]) {
  return { matchExpressions: [{ key: ROLE_LABEL, operator: 'In', values: [...roles] }] }
}
