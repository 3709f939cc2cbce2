/** Statements as AWS documents them for Athena and EMR: the columns and the clauses are facts of the log types. */

const TLS = 'STRUCT<tlsversion:STRING, ciphersuite:STRING, clientprovidedhostheader:STRING>'

const CLOUDTRAIL_COLUMNS = `
    eventversion STRING,
    useridentity STRUCT<
               type:STRING,
               principalid:STRING,
               arn:STRING,
               accountid:STRING,
               invokedby:STRING,
               accesskeyid:STRING,
               userName:STRING,
               onbehalfof: STRUCT<
                    userid: STRING,
                    identitystorearn: STRING>,
               sessioncontext:STRUCT<
                    attributes:STRUCT<
                        mfaauthenticated:STRING,
                        creationdate:STRING>,
                    sessionissuer:STRUCT<
                        type:STRING,
                        principalId:STRING,
                        arn:STRING,
                        accountId:STRING,
                        userName:STRING>,
                    ec2roledelivery:string,
                    webidfederationdata: STRUCT<
                        federatedprovider: STRING,
                        attributes: map<string,string>>>>,
    eventtime STRING,
    eventsource STRING,
    eventname STRING,
    awsregion STRING,
    sourceipaddress STRING,
    useragent STRING,
    errorcode STRING,
    errormessage STRING,
    requestparameters STRING,
    responseelements STRING,
    additionaleventdata STRING,
    requestid STRING,
    eventid STRING,
    resources ARRAY<STRUCT<
               arn:STRING,
               accountid:STRING,
               type:STRING>>,
    eventtype STRING,
    apiversion STRING,
    readonly STRING,
    recipientaccountid STRING,
    serviceeventdetails STRING,
    sharedeventid STRING,
    vpcendpointid STRING,
    vpcendpointaccountid STRING,
    eventcategory STRING,
    addendum STRUCT<
               reason:STRING,
               updatedfields:STRING,
               originalrequestid:STRING,
               originaleventid:STRING>,
    sessioncredentialfromconsole STRING,
    edgedevicedetails STRING,
    tlsdetails ${TLS}`

const CLOUDTRAIL_FILES = `STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'`

/** CloudTrail with the SerDe of EMR and partitions added by hand. */
export const emrCloudTrail = (location: string): string => `
CREATE EXTERNAL TABLE cloudtrail_logs (${CLOUDTRAIL_COLUMNS}
)
PARTITIONED BY (region string, year string, month string, day string)
ROW FORMAT SERDE 'com.amazon.emr.hive.serde.CloudTrailSerde'
${CLOUDTRAIL_FILES}
LOCATION '${location}';`

/** CloudTrail of one region with a partition for each day, projected. */
export const projectedCloudTrail = (location: string, name = 'cloudtrail_logs_pp'): string => `
CREATE EXTERNAL TABLE ${name}(${CLOUDTRAIL_COLUMNS}
  )
PARTITIONED BY (
   \`timestamp\` string)
ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
${CLOUDTRAIL_FILES}
LOCATION
  '${location}'
TBLPROPERTIES (
  'projection.enabled'='true',
  'projection.timestamp.format'='yyyy/MM/dd',
  'projection.timestamp.interval'='1',
  'projection.timestamp.interval.unit'='DAYS',
  'projection.timestamp.range'='2020/01/01,NOW',
  'projection.timestamp.type'='date',
  'storage.location.template'='${location}/\${timestamp}')`

const FLOW_V2 = `
  version int,
  account_id string,
  interface_id string,
  srcaddr string,
  dstaddr string,
  srcport int,
  dstport int,
  protocol bigint,
  packets bigint,
  bytes bigint,
  start bigint,
  \`end\` bigint,
  action string,
  log_status string`

const FLOW_V5 = `${FLOW_V2},
  vpc_id string,
  subnet_id string,
  instance_id string,
  tcp_flags int,
  type string,
  pkt_srcaddr string,
  pkt_dstaddr string,
  region string,
  az_id string,
  sublocation_type string,
  sublocation_id string,
  pkt_src_aws_service string,
  pkt_dst_aws_service string,
  flow_direction string,
  traffic_path int`

/** Flow logs, version 2, a partition a day added by hand. */
export const flowLogsV2 = (location: string): string => `
CREATE EXTERNAL TABLE IF NOT EXISTS default.vpc_flow_logs (${FLOW_V2}
)
PARTITIONED BY (\`date\` date)
ROW FORMAT DELIMITED
FIELDS TERMINATED BY ' '
LOCATION '${location}'
TBLPROPERTIES ("skip.header.line.count"="1");`

/** Flow logs, version 5, partitions projected by account, region and day. */
export const flowLogsV5 = (root: string): string => `
CREATE EXTERNAL TABLE IF NOT EXISTS vpc_flow_logs_pp (${FLOW_V5}
)
PARTITIONED BY (accid string, region_part string, day string)
ROW FORMAT DELIMITED
FIELDS TERMINATED BY ' '
LOCATION '${root}/AWSLogs/'
TBLPROPERTIES
(
"skip.header.line.count"="1",
"projection.enabled" = "true",
"projection.accid.type" = "enum",
"projection.accid.values" = "111122223333,444455556666",
"projection.region_part.type" = "enum",
"projection.region_part.values" = "us-east-1,eu-central-1",
"projection.day.type" = "date",
"projection.day.range" = "2024/01/01,NOW",
"projection.day.format" = "yyyy/MM/dd",
"storage.location.template" = "${root}/AWSLogs/\${accid}/vpcflowlogs/\${region_part}/\${day}"
)`

/** Flow logs in a format of one's own: the columns in the order of its fields. */
export const flowLogsCustom = (location: string): string => `
CREATE EXTERNAL TABLE custom_flow_logs (
  srcaddr string, dstaddr string, dstport int, bytes bigint, flow_direction string
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'
WITH SERDEPROPERTIES ('serialization.format'=' ', 'field.delim'=' ')
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION '${location}'
TBLPROPERTIES ('skip.header.line.count'='1')`
