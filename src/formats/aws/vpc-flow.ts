import { defineFormat } from '../format.js'

const NAME =
  /(?<account>\d{12})_vpcflowlogs_(?<region>[a-z0-9-]+?)_fl-[0-9a-f]+_(?<y>\d{4})(?<m>\d\d)(?<d>\d\d)T(?<h>\d\d)(?<min>\d\d)?/

/** The default order, with an optional CloudWatch Logs timestamp (or message prefix) before it. */
const V2_RECORD =
  /^(?:\d{4}-\d\d-\d\dT[\d:.]+Z?[\t\r ]+)?\d+ (?:\d{12}|unknown|-) (?:eni-[0-9a-z]+|-) [^\t\n\r ]+ [^\t\n\r ]+ (?:\d+|-) (?:\d+|-) (?:\d+|-) (?:\d+|-) (?:\d+|-) \d+ \d+ [^\t\n\r ]+ (?:OK|NODATA|SKIPDATA)[\t\r ]*$/

/** The order of the default format, which is version 2. */
export const VPC_FLOW_V2 = [
  'version',
  'account-id',
  'interface-id',
  'srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'log-status',
] as const

/** One row for each flow that a network interface saw in a capture window; fields of versions 2 to 10. */
export const vpcFlow = defineFormat({
  id: 'aws_vpc_flow',
  title: 'AWS VPC Flow Logs',
  doc: 'Flows of IP traffic through the network interfaces of a VPC, subnet or instance.',
  framing: { kind: 'fields', header: 'version', order: VPC_FLOW_V2, absent: '-' },
  columns: {
    version: {
      type: 'int',
      from: 'version',
      doc: 'The highest version of the fields in the record.',
    },
    interface_id: {
      type: 'string',
      from: 'interface-id',
      doc: 'The network interface that saw the flow.',
    },
    srcaddr: {
      type: 'string',
      from: 'srcaddr',
      doc: 'The source address (of the interface, for outgoing traffic).',
    },
    dstaddr: {
      type: 'string',
      from: 'dstaddr',
      doc: 'The destination address (of the interface, for incoming traffic).',
    },
    srcport: { type: 'int', from: 'srcport', doc: 'The source port.' },
    dstport: { type: 'int', from: 'dstport', doc: 'The destination port.', hot: true },
    protocol: {
      type: 'int',
      from: 'protocol',
      doc: 'The IANA protocol number: 6 is TCP, 17 UDP, 1 ICMP.',
    },
    packets: { type: 'long', from: 'packets', doc: 'Packets in the capture window.' },
    bytes: { type: 'long', from: 'bytes', doc: 'Bytes in the capture window.' },
    start: { type: 'long', from: 'start', doc: 'When the first packet came, seconds since 1970.' },
    end: { type: 'long', from: 'end', doc: 'When the last packet came, seconds since 1970.' },
    action: { type: 'string', from: 'action', doc: 'ACCEPT or REJECT.' },
    log_status: {
      type: 'string',
      from: 'log-status',
      doc: 'OK, NODATA (no traffic) or SKIPDATA (records were lost).',
    },
    vpc_id: { type: 'string', from: 'vpc-id', doc: 'The VPC of the interface.' },
    subnet_id: { type: 'string', from: 'subnet-id', doc: 'The subnet of the interface.' },
    instance_id: {
      type: 'string',
      from: 'instance-id',
      doc: 'The instance the interface is attached to.',
    },
    tcp_flags: {
      type: 'int',
      from: 'tcp-flags',
      doc: 'TCP flags seen, or-ed: FIN 1, SYN 2, RST 4, SYN-ACK 18.',
    },
    type: { type: 'string', from: 'type', doc: 'IPv4, IPv6 or EFA.' },
    pkt_srcaddr: {
      type: 'string',
      from: 'pkt-srcaddr',
      doc: 'The source address inside the packet.',
    },
    pkt_dstaddr: {
      type: 'string',
      from: 'pkt-dstaddr',
      doc: 'The destination address inside the packet.',
    },
    az_id: { type: 'string', from: 'az-id', doc: 'The availability zone.' },
    sublocation_type: {
      type: 'string',
      from: 'sublocation-type',
      doc: 'wavelength, outpost or localzone.',
    },
    sublocation_id: { type: 'string', from: 'sublocation-id', doc: 'The id of the sublocation.' },
    pkt_src_aws_service: {
      type: 'string',
      from: 'pkt-src-aws-service',
      doc: 'The AWS service of the source address.',
    },
    pkt_dst_aws_service: {
      type: 'string',
      from: 'pkt-dst-aws-service',
      doc: 'The AWS service of the destination address.',
    },
    flow_direction: { type: 'string', from: 'flow-direction', doc: 'ingress or egress.' },
    traffic_path: {
      type: 'int',
      from: 'traffic-path',
      doc: 'The way that egress traffic took, 1 to 8.',
    },
    ecs_cluster_arn: { type: 'string', from: 'ecs-cluster-arn', doc: 'The ECS cluster.' },
    ecs_cluster_name: {
      type: 'string',
      from: 'ecs-cluster-name',
      doc: 'The name of the ECS cluster.',
    },
    ecs_container_instance_arn: {
      type: 'string',
      from: 'ecs-container-instance-arn',
      doc: 'The ECS container instance.',
    },
    ecs_container_instance_id: {
      type: 'string',
      from: 'ecs-container-instance-id',
      doc: 'Its id.',
    },
    ecs_container_id: {
      type: 'string',
      from: 'ecs-container-id',
      doc: 'The container runtime id of the first container.',
    },
    ecs_second_container_id: {
      type: 'string',
      from: 'ecs-second-container-id',
      doc: 'That of the second container.',
    },
    ecs_service_name: { type: 'string', from: 'ecs-service-name', doc: 'The ECS service.' },
    ecs_task_definition_arn: {
      type: 'string',
      from: 'ecs-task-definition-arn',
      doc: 'The ECS task definition.',
    },
    ecs_task_arn: { type: 'string', from: 'ecs-task-arn', doc: 'The ECS task.' },
    ecs_task_id: { type: 'string', from: 'ecs-task-id', doc: 'Its id.' },
    reject_reason: {
      type: 'string',
      from: 'reject-reason',
      doc: 'Why traffic was rejected: BPA or EC.',
    },
    resource_id: {
      type: 'string',
      from: 'resource-id',
      doc: 'The resource the flow belongs to, such as a regional NAT gateway.',
    },
    encryption_status: {
      type: 'string',
      from: 'encryption-status',
      doc: 'Whether the traffic was encrypted, and by what.',
    },
  },
  common: {
    time: { from: 'start', via: 'epoch-seconds' },
    account_id: ['account-id'],
    region: ['region'],
    source_ip: ['srcaddr'],
    dest_ip: ['dstaddr'],
  },
  keyLayout: {
    folders: 'AWSLogs/{org?}/{account}/vpcflowlogs/{region}/{yyyy}/{mm}/{dd}/',
    name: NAME,
  },
  ocsf: {
    class: 'network_activity',
    map: {
      time: 'time',
      'metadata.uid': 'event_id',
      'src_endpoint.ip': 'source_ip',
      'src_endpoint.port': 'srcport',
      'dst_endpoint.ip': 'dest_ip',
      'dst_endpoint.port': 'dstport',
      'connection_info.protocol_num': 'protocol',
      'traffic.packets': 'packets',
      'traffic.bytes': 'bytes',
      'cloud.account.uid': 'account_id',
      'cloud.region': 'region',
      disposition: 'action',
      unmapped: 'unmapped',
    },
  },
  detection: {
    rules: [
      {
        header: { least: 3, share: 0.6 },
        score: 0.95,
        reason: 'a header line with {known} of its fields',
      },
      {
        key: NAME,
        head: [/^PAR1/],
        score: 0.9,
        reason: 'Parquet with the name of a flow log object',
      },
      { line: V2_RECORD, score: 0.9, reason: 'lines in the default order of version 2' },
      { key: NAME, score: 0.6, reason: 'has the name of a flow log object' },
    ],
    otherwise:
      'no header line, no line in the default order, and not the name of a flow log object',
  },
})
