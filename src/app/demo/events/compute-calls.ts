import { call, type CallKind, nothing, type Scene } from './kind.js'

const items = (name: string, values: readonly unknown[]): Record<string, unknown> => ({
  [name]: { items: values },
})
const filter = (name: string, value: string): Record<string, unknown> =>
  items('filterSet', [{ name, valueSet: { items: [{ value }] } }])
const done = ({ random }: Scene): unknown => ({ requestId: random.uuid(), _return: true })
const instance = ({ random, account }: Scene): string => random.pick(account.instances)

/** EC2, load balancing, containers, functions. */
export const COMPUTE_CALLS: readonly CallKind[] = [
  call(['ec2', 'DescribeInstances'], 5, (s) => ({
    maxResults: 1000,
    ...items(
      'instancesSet',
      Array.from({ length: s.random.int(0, 6) }, () => ({ instanceId: instance(s) })),
    ),
    ...filter('tag:aws:autoscaling:groupName', `asg-${s.random.pick(['web', 'api', 'worker'])}`),
  })),
  call(['ec2', 'DescribeInstanceStatus'], 1.5, (s) => ({
    ...items('instancesSet', [{ instanceId: instance(s) }]),
    filterSet: {},
    includeAllInstances: true,
  })),
  call(['ec2', 'DescribeVolumes'], 1.4, (s) => ({
    maxResults: 500,
    volumeSet: {},
    ...filter('attachment.instance-id', instance(s)),
  })),
  call(['ec2', 'DescribeSecurityGroups'], 1.3, ({ random, account }) => ({
    securityGroupSet: {},
    ...items('securityGroupIdSet', [{ groupId: random.pick(account.groups) }]),
    filterSet: {},
  })),
  call(['ec2', 'DescribeNetworkInterfaces'], 1.6, ({ random, account }) => ({
    networkInterfaceIdSet: {},
    ...filter('group-id', random.pick(account.groups)),
  })),
  call(['ec2', 'DescribeTags'], 1.2, (s) => filter('resource-id', instance(s))),
  call(['ec2', 'DescribeRegions'], 0.5, () => ({ regionSet: {} })),
  call(
    ['ec2', 'CreateTags'],
    0.6,
    (s) => ({
      ...items('resourcesSet', [{ resourceId: instance(s) }]),
      ...items('tagSet', [{ key: 'team', value: s.random.pick(['web', 'data', 'ops']) }]),
    }),
    done,
  ),
  call(['ec2', 'RunInstances'], 0.3, runRequest, runAnswer),
  call(
    ['ec2', 'TerminateInstances'],
    0.2,
    (s) => items('instancesSet', [{ instanceId: instance(s) }]),
    (s) => ({
      requestId: s.random.uuid(),
      ...items('instancesSet', [
        {
          instanceId: instance(s),
          currentState: { code: 32, name: 'shutting-down' },
          previousState: { code: 16, name: 'running' },
        },
      ]),
    }),
  ),
  call(
    ['ec2', 'CreateNetworkInterface'],
    0.7,
    ({ random, account }) => ({
      subnetId: random.pick(account.subnets),
      description: `AWS Lambda VPC ENI-${random.pick(account.functions)}-${random.uuid()}`,
      ...items('groupSet', [{ groupId: random.pick(account.groups) }]),
      clientToken: random.uuid(),
    }),
    networkInterface,
  ),
  call(
    ['ec2', 'DeleteNetworkInterface'],
    0.4,
    ({ random }) => ({ networkInterfaceId: `eni-0${random.hex(16)}` }),
    done,
  ),
  call(
    ['ec2', 'AuthorizeSecurityGroupIngress'],
    0.04,
    ({ random, account }) => ({
      groupId: random.pick(account.groups),
      ipPermissions: {
        items: [
          {
            ipProtocol: 'tcp',
            fromPort: 443,
            toPort: 443,
            groups: {},
            ipRanges: { items: [{ cidrIp: '10.0.0.0/8' }] },
            ipv6Ranges: {},
            prefixListIds: {},
          },
        ],
      },
    }),
    done,
  ),
  call(['elasticloadbalancing', 'DescribeTargetHealth'], 1.5, ({ random, account, region }) => ({
    targetGroupArn: `arn:aws:elasticloadbalancing:${region}:${account.id}:targetgroup/web/${random.hex(16)}`,
  })),
  call(['elasticloadbalancing', 'DescribeLoadBalancers'], 1, () => ({ pageSize: 400 })),
  call(['autoscaling', 'DescribeAutoScalingGroups'], 1, ({ random }) => ({
    autoScalingGroupNames: [`eks-${random.uuid()}`],
    maxRecords: 100,
  })),
  call(['ecr', 'BatchGetImage'], 0.8, ({ random, account }) => ({
    registryId: account.id,
    repositoryName: `web/${random.pick(account.functions)}`,
    imageIds: [{ imageDigest: `sha256:${random.hex(64)}` }],
    acceptedMediaTypes: ['application/vnd.oci.image.index.v1+json'],
  })),
  call(['ecr', 'GetAuthorizationToken'], 0.8, nothing),
  call(['ecs', 'DescribeTasks'], 0.7, ({ random, account, region }) => ({
    cluster: 'prod',
    tasks: Array.from(
      { length: random.int(1, 4) },
      () => `arn:aws:ecs:${region}:${account.id}:task/prod/${random.hex(32)}`,
    ),
  })),
  call(['eks', 'DescribeCluster'], 0.4, () => ({ name: 'prod' })),
  {
    source: 'lambda.amazonaws.com',
    name: 'Invoke',
    weight: 3,
    readOnly: false,
    data: true,
    body: ({ random, account, region }) => {
      const arn = `arn:aws:lambda:${region}:${account.id}:function:${random.pick(account.functions)}`
      return {
        requestParameters: {
          functionName: arn,
          invocationType: random.pick(['RequestResponse', 'Event']),
        },
        additionalEventData: { functionVersion: `${arn}:$LATEST` },
        resources: [{ accountId: account.id, type: 'AWS::Lambda::Function', ARN: arn }],
      }
    },
  },
  call(['lambda', 'ListFunctions20150331'], 0.3, () => ({ maxItems: 50 })),
]

function runRequest({ random, region }: Scene): unknown {
  return {
    ...items('instancesSet', [{ imageId: `ami-0${random.hex(16)}`, minCount: 1, maxCount: 1 }]),
    instanceType: 'm6i.large',
    blockDeviceMapping: {},
    availabilityZone: `${region}a`,
    monitoring: { enabled: false },
    launchTemplate: { launchTemplateId: `lt-0${random.hex(16)}`, version: '7' },
  }
}

function runAnswer({ random, account, region }: Scene): unknown {
  const ip = `10.0.${random.int(0, 64)}.${random.int(4, 250)}`
  return {
    requestId: random.uuid(),
    reservationId: `r-0${random.hex(16)}`,
    ownerId: account.id,
    groupSet: {},
    ...items('instancesSet', [
      {
        instanceId: `i-0${random.hex(16)}`,
        imageId: `ami-0${random.hex(16)}`,
        instanceState: { code: 0, name: 'pending' },
        privateDnsName: `ip-${ip.replaceAll('.', '-')}.ec2.internal`,
        amiLaunchIndex: 0,
        productCodes: {},
        instanceType: 'm6i.large',
        placement: { availabilityZone: `${region}a`, tenancy: 'default' },
        monitoring: { state: 'pending' },
        subnetId: random.pick(account.subnets),
        vpcId: random.pick(account.vpcs),
        privateIpAddress: ip,
        architecture: 'x86_64',
        rootDeviceType: 'ebs',
        rootDeviceName: '/dev/xvda',
        virtualizationType: 'hvm',
        hypervisor: 'xen',
        ...items('groupSet', [{ groupId: random.pick(account.groups), groupName: 'web' }]),
        ...items('networkInterfaceSet', [
          { networkInterfaceId: `eni-0${random.hex(16)}`, status: 'in-use', privateIpAddress: ip },
        ]),
        iamInstanceProfile: {
          arn: `arn:aws:iam::${account.id}:instance-profile/web-server`,
          id: random.id('AIPA'),
        },
        clientToken: random.uuid(),
      },
    ]),
  }
}

function networkInterface({ random, account, region }: Scene): unknown {
  return {
    requestId: random.uuid(),
    networkInterface: {
      networkInterfaceId: `eni-0${random.hex(16)}`,
      subnetId: random.pick(account.subnets),
      vpcId: random.pick(account.vpcs),
      availabilityZone: `${region}b`,
      ownerId: account.id,
      requesterManaged: false,
      status: 'pending',
      macAddress: `0a:ff:${random.hex(2)}:${random.hex(2)}:${random.hex(2)}:${random.hex(2)}`,
      privateIpAddress: `10.1.${random.int(0, 64)}.${random.int(4, 250)}`,
      sourceDestCheck: true,
      ...items('groupSet', [{ groupId: random.pick(account.groups), groupName: 'lambda' }]),
      tagSet: {},
    },
  }
}
