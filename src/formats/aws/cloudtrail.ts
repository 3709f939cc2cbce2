import { defineFormat } from '../format.js'

const NAME =
  /(?<account>\d{12})_CloudTrail(?:-Insight)?_(?<region>[a-z0-9-]+?)[_-](?<y>\d{4})(?<m>\d\d)(?<d>\d\d)T(?<h>\d\d)(?<min>\d\d)/

const DIGEST = 'a CloudTrail digest file: it proves logs, it is none'

/** One row for each AWS API call, as CloudTrail records it. */
export const cloudtrail = defineFormat({
  id: 'aws_cloudtrail',
  title: 'AWS CloudTrail',
  doc: 'API calls and console sign-ins of an AWS account: who did what, from where, and whether it was allowed.',
  framing: {
    kind: 'json',
    containers: ['Records', 'logEvents', 'Events'],
    envelopes: ['detail', 'CloudTrailEvent', 'message'],
  },
  columns: {
    event_version: {
      type: 'string',
      from: 'eventVersion',
      doc: 'The version of the record layout, 1.0 to 1.11.',
    },
    user_identity: {
      type: 'struct',
      from: 'userIdentity',
      doc: 'Who made the call.',
      fields: {
        type: { type: 'string', from: 'type', doc: 'Root, IAMUser, AssumedRole, AWSService, …' },
        principal_id: { type: 'string', from: 'principalId', doc: 'The unique id of the caller.' },
        arn: { type: 'string', from: 'arn', doc: 'The ARN of the caller.' },
        account_id: { type: 'string', from: 'accountId', doc: 'The account that owns the caller.' },
        access_key_id: {
          type: 'string',
          from: 'accessKeyId',
          doc: 'The access key that signed the call.',
        },
        user_name: { type: 'string', from: 'userName', doc: 'The friendly name of the caller.' },
        invoked_by: {
          type: 'string',
          from: 'invokedBy',
          doc: 'The AWS service that called on behalf of the caller.',
        },
        identity_provider: {
          type: 'string',
          from: 'identityProvider',
          doc: 'The external identity provider.',
        },
        credential_id: {
          type: 'string',
          from: 'credentialId',
          doc: 'The credential of an IAM Identity Center user.',
        },
        on_behalf_of: {
          type: 'struct',
          from: 'onBehalfOf',
          doc: 'The IAM Identity Center user behind the call.',
          fields: {
            user_id: { type: 'string', from: 'userId', doc: 'The id of that user.' },
            identity_store_arn: {
              type: 'string',
              from: 'identityStoreArn',
              doc: 'The identity store it is in.',
            },
          },
        },
        session_context: {
          type: 'struct',
          from: 'sessionContext',
          doc: 'The session of temporary credentials.',
          fields: {
            session_issuer: {
              type: 'struct',
              from: 'sessionIssuer',
              doc: 'What issued the credentials.',
              fields: {
                type: { type: 'string', from: 'type', doc: 'Role, IAMUser or Root.' },
                principal_id: { type: 'string', from: 'principalId', doc: 'The id of the issuer.' },
                arn: { type: 'string', from: 'arn', doc: 'The ARN of the issuer.' },
                account_id: {
                  type: 'string',
                  from: 'accountId',
                  doc: 'The account of the issuer.',
                },
                user_name: { type: 'string', from: 'userName', doc: 'The name of the issuer.' },
              },
            },
            web_id_federation_data: {
              type: 'string',
              from: 'webIdFederationData',
              via: 'json',
              doc: 'The web identity, as JSON.',
            },
            attributes: {
              type: 'struct',
              from: 'attributes',
              doc: 'Facts of the session.',
              fields: {
                creation_date: {
                  type: 'string',
                  from: 'creationDate',
                  doc: 'When the credentials were issued.',
                },
                mfa_authenticated: {
                  type: 'string',
                  from: 'mfaAuthenticated',
                  doc: 'Whether MFA was used: true or false.',
                },
              },
            },
            source_identity: {
              type: 'string',
              from: 'sourceIdentity',
              doc: 'The identity set at AssumeRole.',
            },
            ec2_role_delivery: {
              type: 'string',
              from: 'ec2RoleDelivery',
              doc: 'The version of the metadata service.',
            },
            assumed_root: {
              type: 'string',
              from: 'assumedRoot',
              doc: 'Whether it is an AssumeRoot session.',
            },
          },
        },
      },
    },
    event_time: {
      type: 'string',
      from: 'eventTime',
      doc: 'When the request was completed, as the log spells it.',
    },
    event_source: {
      type: 'string',
      from: 'eventSource',
      doc: 'The service that was called.',
      hot: true,
    },
    event_name: {
      type: 'string',
      from: 'eventName',
      doc: 'The action that was called.',
      hot: true,
    },
    aws_region: { type: 'string', from: 'awsRegion', doc: 'The region that was called.' },
    source_ip_address: {
      type: 'string',
      from: 'sourceIPAddress',
      doc: 'An address, a service name or `AWS Internal`.',
    },
    user_agent: { type: 'string', from: 'userAgent', doc: 'What made the call.' },
    error_code: { type: 'string', from: 'errorCode', doc: 'The error the service answered with.' },
    error_message: { type: 'string', from: 'errorMessage', doc: 'What the error said.' },
    request_parameters: {
      type: 'string',
      from: 'requestParameters',
      via: 'json',
      doc: 'What was asked for, as JSON.',
    },
    response_elements: {
      type: 'string',
      from: 'responseElements',
      via: 'json',
      doc: 'What was answered to a change, as JSON.',
    },
    additional_event_data: {
      type: 'string',
      from: 'additionalEventData',
      via: 'json',
      doc: 'Further facts, as JSON.',
    },
    request_id: { type: 'string', from: 'requestID', doc: 'The id of the request.' },
    event_type: {
      type: 'string',
      from: 'eventType',
      doc: 'AwsApiCall, AwsServiceEvent, AwsConsoleSignIn, AwsVpceEvent, …',
    },
    api_version: { type: 'string', from: 'apiVersion', doc: 'The version of the API.' },
    management_event: {
      type: 'boolean',
      from: 'managementEvent',
      doc: 'Whether it is a management event.',
    },
    read_only: { type: 'boolean', from: 'readOnly', doc: 'Whether the call changes nothing.' },
    resources: {
      type: 'list',
      from: 'resources',
      doc: 'What was acted on.',
      fields: {
        arn: { type: 'string', from: 'ARN', doc: 'The ARN of the resource.' },
        account_id: { type: 'string', from: 'accountId', doc: 'The account of its owner.' },
        type: { type: 'string', from: 'type', doc: 'Its type, such as AWS::S3::Bucket.' },
        arn_prefix: { type: 'string', from: 'ARNPrefix', doc: 'The prefix of the ARNs acted on.' },
      },
    },
    recipient_account_id: {
      type: 'string',
      from: 'recipientAccountId',
      doc: 'The account that received the event.',
    },
    service_event_details: {
      type: 'string',
      from: 'serviceEventDetails',
      via: 'json',
      doc: 'Details of a service event, as JSON.',
    },
    shared_event_id: {
      type: 'string',
      from: 'sharedEventID',
      doc: 'One id for the copies that several accounts receive.',
    },
    vpc_endpoint_id: {
      type: 'string',
      from: 'vpcEndpointId',
      doc: 'The VPC endpoint the call came through.',
    },
    vpc_endpoint_account_id: {
      type: 'string',
      from: 'vpcEndpointAccountId',
      doc: 'The account of that endpoint.',
    },
    event_category: {
      type: 'string',
      from: 'eventCategory',
      doc: 'Management, Data, NetworkActivity or Insight.',
    },
    addendum: {
      type: 'string',
      from: 'addendum',
      via: 'json',
      doc: 'Why an event was late or updated, as JSON.',
    },
    session_credential_from_console: {
      type: 'string',
      from: 'sessionCredentialFromConsole',
      doc: 'Whether a console session made it.',
    },
    edge_device_details: {
      type: 'string',
      from: 'edgeDeviceDetails',
      via: 'json',
      doc: 'The edge device, as JSON.',
    },
    tls_details: {
      type: 'struct',
      from: 'tlsDetails',
      doc: 'The TLS connection of the call.',
      fields: {
        tls_version: { type: 'string', from: 'tlsVersion', doc: 'The TLS version.' },
        cipher_suite: { type: 'string', from: 'cipherSuite', doc: 'The cipher suite.' },
        client_provided_host_header: {
          type: 'string',
          from: 'clientProvidedHostHeader',
          doc: 'The host name asked for.',
        },
        key_exchange: { type: 'string', from: 'keyExchange', doc: 'The key exchange.' },
      },
    },
    insight_details: {
      type: 'string',
      from: 'insightDetails',
      via: 'json',
      doc: 'What is unusual, for an Insights event, as JSON.',
    },
    event_context: {
      type: 'string',
      from: 'eventContext',
      via: 'json',
      doc: 'Enrichment by event data stores: tags and condition keys, as JSON.',
    },
  },
  common: {
    time: { from: 'eventTime', via: 'iso-time' },
    event_id: 'eventID',
    account_id: ['recipientAccountId', 'userIdentity.accountId'],
    region: ['awsRegion'],
    actor: [
      'userIdentity.arn',
      'userIdentity.userName',
      'userIdentity.invokedBy',
      'userIdentity.principalId',
    ],
    source_ip: ['sourceIPAddress'],
  },
  keyLayout: {
    folders: 'AWSLogs/{org?}/{account}/CloudTrail/{region}/{yyyy}/{mm}/{dd}/',
    name: NAME,
  },
  ocsf: {
    class: 'api_activity',
    map: {
      time: 'time',
      'metadata.uid': 'event_id',
      'api.operation': 'event_name',
      'api.service.name': 'event_source',
      'api.response.error': 'error_code',
      'api.response.message': 'error_message',
      'api.request.uid': 'request_id',
      'actor.user.uid': 'actor',
      'cloud.account.uid': 'account_id',
      'cloud.region': 'region',
      'src_endpoint.ip': 'source_ip',
      'http_request.user_agent': 'user_agent',
      unmapped: 'unmapped',
    },
  },
  detection: {
    rules: [
      { key: /CloudTrail-Digest/, score: 1, reason: DIGEST, skip: true },
      { head: [/"digestStartTime"[\t\n\r ]*:/], score: 1, reason: DIGEST, skip: true },
      {
        head: [
          /"eventVersion"[\t\n\r ]*:[\t\n\r ]*"1\.\d/,
          /"event(?:Source|Name|Time)"[\t\n\r ]*:/,
        ],
        score: 0.95,
        reason: 'has eventVersion 1.x with eventSource, eventName or eventTime',
      },
      {
        head: [/\\"eventVersion\\"[\t\n\r ]*:[\t\n\r ]*\\"1\.\d/],
        score: 0.9,
        reason: 'has CloudTrail events as text inside an envelope',
      },
      {
        key: NAME,
        head: [
          /^[\t\n\r ]*\{[\t\n\r ]*"Records"[\t\n\r ]*:[\t\n\r ]*\[[\t\n\r ]*\][\t\n\r ]*\}[\t\n\r ]*$/,
        ],
        score: 0.9,
        reason: 'an empty delivery with the name of a CloudTrail object',
      },
      { key: NAME, score: 0.6, reason: 'has the name of a CloudTrail object' },
    ],
    otherwise: 'no eventVersion 1.x in the first bytes, and not the name of a CloudTrail object',
  },
})
