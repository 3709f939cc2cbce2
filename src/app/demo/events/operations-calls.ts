import { call, type CallKind } from './kind.js'

/** Logs, metrics, agents, secrets, configuration: what runs day and night. */
export const OPERATIONS_CALLS: readonly CallKind[] = [
  call(['logs', 'CreateLogStream'], 4, ({ random, account }) => ({
    logGroupName: random.pick(account.logGroups),
    logStreamName: `2024/01/${random.int(10, 29)}/[$LATEST]${random.hex(32)}`,
  })),
  call(['logs', 'DescribeLogGroups'], 0.8, ({ random, account }) => ({
    logGroupNamePrefix: random.pick(account.logGroups),
    limit: 50,
  })),
  call(['logs', 'DescribeLogStreams'], 1, ({ random, account }) => ({
    logGroupName: random.pick(account.logGroups),
    orderBy: 'LastEventTime',
    descending: true,
    limit: 10,
  })),
  call(['monitoring', 'DescribeAlarms'], 1.5, () => ({
    maxRecords: 100,
    alarmNamePrefix: 'TargetTracking-table/',
  })),
  call(['monitoring', 'GetMetricData'], 1, ({ random, account }) => ({
    startTime: 'Jan 15, 2024, 8:00:00 PM',
    endTime: 'Jan 15, 2024, 8:05:00 PM',
    metricDataQueries: Array.from({ length: random.int(1, 6) }, (_, i) => ({
      id: `m${i}`,
      metricStat: {
        metric: {
          namespace: 'AWS/EC2',
          metricName: 'CPUUtilization',
          dimensions: [{ name: 'InstanceId', value: random.pick(account.instances) }],
        },
        period: 60,
        stat: 'Average',
      },
      returnData: true,
    })),
  })),
  call(['ssm', 'UpdateInstanceInformation'], 4, ({ random, account, region }) => ({
    instanceId: random.pick(account.instances),
    agentVersion: '3.3.484.0',
    agentStatus: 'Active',
    platformType: 'Linux',
    platformName: 'Amazon Linux',
    platformVersion: '2',
    iPAddress: `10.0.${random.int(0, 64)}.${random.int(4, 250)}`,
    computerName: 'ip-10-0-1-1.ec2.internal',
    agentName: 'amazon-ssm-agent',
    availabilityZone: `${region}a`,
    sSMConnectionChannel: 'ssmmessages',
  })),
  call(['ssm', 'GetParameter'], 1.6, ({ random, account }) => ({
    name: `/prod/${random.pick(account.functions)}/config`,
    withDecryption: true,
  })),
  call(['ssm', 'GetParametersByPath'], 0.6, ({ random, account }) => ({
    path: `/prod/${random.pick(account.functions)}`,
    recursive: true,
    withDecryption: true,
  })),
  call(['secretsmanager', 'GetSecretValue'], 1.5, ({ random, account, region }) => ({
    secretId: `arn:aws:secretsmanager:${region}:${account.id}:secret:prod/${random.pick(account.functions)}`,
  })),
  call(['dynamodb', 'DescribeTable'], 1, ({ random }) => ({
    tableName: random.pick(['orders', 'users', 'sessions', 'locks', 'carts']),
  })),
  call(
    ['config', 'PutEvaluations'],
    1,
    ({ random, account }) => ({
      evaluations: Array.from({ length: random.int(1, 5) }, () => ({
        complianceResourceType: 'AWS::EC2::Instance',
        complianceResourceId: random.pick(account.instances),
        complianceType: random.pick(['COMPLIANT', 'NON_COMPLIANT']),
        orderingTimestamp: 'Jan 15, 2024, 8:00:00 PM',
      })),
      resultToken: '***',
      testMode: false,
    }),
    () => ({ failedEvaluations: [] }),
  ),
  call(['rds', 'DescribeDBInstances'], 0.8, () => ({ maxRecords: 100 })),
  call(['cloudformation', 'DescribeStacks'], 0.7, ({ random, account, region }) => ({
    stackName: `arn:aws:cloudformation:${region}:${account.id}:stack/base/${random.uuid()}`,
  })),
  call(['cloudtrail', 'DescribeTrails'], 0.4, () => ({
    includeShadowTrails: true,
    trailNameList: [],
  })),
  call(['cloudtrail', 'LookupEvents'], 0.4, () => ({
    lookupAttributes: [{ attributeKey: 'EventName', attributeValue: 'ConsoleLogin' }],
    maxResults: 50,
  })),
  call(['guardduty', 'ListDetectors'], 0.3, () => ({ maxResults: '50' })),
]
