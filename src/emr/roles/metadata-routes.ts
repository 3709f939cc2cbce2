import { createHmac, timingSafeEqual } from 'node:crypto'
import { isoSeconds } from '../../core/iso-seconds.js'
import type { SessionSource } from './session-source.js'

/** What the metadata endpoint tells one step. */
export interface MetadataOfStep {
  /** 256 random bits in base64url: who has them is the step. */
  readonly secret: string
  readonly instanceId: string
  readonly account: string
  readonly region: string
  /** 2: nothing is told without a session token. */
  readonly version: 1 | 2
  /** The name of its role, and its credentials; undefined for a step that has none. */
  readonly role?: { readonly arn: string; readonly session: SessionSource }
}

export interface MetadataRequest {
  readonly method: string
  /** `/latest/meta-data/instance-id`. */
  readonly path: string
  /** By lower-case name. */
  readonly header: (name: string) => string | undefined
  readonly now: Date
}

export interface MetadataAnswer {
  readonly status: number
  readonly body: string
  readonly type?: 'application/json' | 'text/plain'
  readonly headers?: Readonly<Record<string, string>>
}

const TOKEN_HEADER = 'x-aws-ec2-metadata-token'
const TTL_HEADER = `${TOKEN_HEADER}-ttl-seconds`
const MOST_TTL = 21_600

/**
 * Answers as the instance metadata service of EC2 does, of both versions.
 * Source: EC2 user guide, "Use the Instance Metadata Service to access instance metadata".
 */
export async function instanceMetadata(
  step: MetadataOfStep,
  request: MetadataRequest,
): Promise<MetadataAnswer> {
  const { method, path, header, now } = request
  if (path === '/latest/api/token') return method === 'PUT' ? newToken(step, request) : told(405)
  if (method !== 'GET') return told(405)
  const token = header(TOKEN_HEADER)
  if (token === undefined ? step.version === 2 : !isToken(step, token, now)) return told(401)
  return metadataAt(step, path)
}

async function metadataAt(step: MetadataOfStep, path: string): Promise<MetadataAnswer> {
  const { role, instanceId, region, account } = step
  const zone = `${region}a`
  const name = role?.arn.split('/').at(-1) ?? ''
  const texts: Readonly<Record<string, string>> = {
    '/latest/meta-data/instance-id': instanceId,
    '/latest/meta-data/local-ipv4': '127.0.0.1',
    '/latest/meta-data/local-hostname': 'localhost',
    '/latest/meta-data/hostname': 'localhost',
    '/latest/meta-data/placement/region': region,
    '/latest/meta-data/placement/availability-zone': zone,
    ...(role && { '/latest/meta-data/iam/security-credentials': name }),
  }
  const plain = path.replace(/\/$/, '')
  const text = Object.hasOwn(texts, plain) ? texts[plain] : undefined
  if (text !== undefined) return told(200, text)
  if (plain === '/latest/dynamic/instance-identity/document')
    return json({
      accountId: account,
      availabilityZone: zone,
      instanceId,
      region,
      privateIp: '127.0.0.1',
    })
  if (role && plain === '/latest/meta-data/iam/info')
    return json({
      Code: 'Success',
      InstanceProfileArn: role.arn.replace(':role/', ':instance-profile/'),
    })
  if (role && plain === `/latest/meta-data/iam/security-credentials/${name}`)
    return credentials(role.session, { Code: 'Success', Type: 'AWS-HMAC' })
  return told(404)
}

/** Answers as the credentials endpoint of containers does, which asks for the step's secret alone. */
export async function containerCredentials(
  { role }: MetadataOfStep,
  method: string,
): Promise<MetadataAnswer> {
  if (method !== 'GET') return told(405)
  return role ? credentials(role.session, { RoleArn: role.arn }) : told(404)
}

async function credentials(session: SessionSource, more: object): Promise<MetadataAnswer> {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = await session()
  return json({
    ...more,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    ...(sessionToken !== undefined && { Token: sessionToken }),
    Expiration: isoSeconds(expiration),
    LastUpdated: isoSeconds(new Date()),
  })
}

function newToken(step: MetadataOfStep, { header, now }: MetadataRequest): MetadataAnswer {
  // A proxy that can be made to send a PUT still adds this.
  if (header('x-forwarded-for') !== undefined) return told(403)
  const ttl = Number(header(TTL_HEADER) ?? '')
  if (!Number.isInteger(ttl) || ttl < 1 || ttl > MOST_TTL) return told(400)
  const end = String(Math.floor(now.getTime() / 1000) + ttl)
  return { ...told(200, `${end}.${mac(step, end)}`), headers: { [TTL_HEADER]: String(ttl) } }
}

function isToken(step: MetadataOfStep, token: string, now: Date): boolean {
  const [, end = '', given = ''] = /^(\d{1,12})\.([\w-]{43})$/.exec(token) ?? []
  return (
    given !== '' &&
    timingSafeEqual(Buffer.from(given), Buffer.from(mac(step, end))) &&
    Number(end) * 1000 > now.getTime()
  )
}

function mac({ secret }: MetadataOfStep, end: string): string {
  return createHmac('sha256', secret).update(`session ${end}`).digest('base64url')
}

function told(status: number, body = ''): MetadataAnswer {
  return { status, body, type: 'text/plain' }
}

function json(value: object): MetadataAnswer {
  return { status: 200, body: JSON.stringify(value), type: 'application/json' }
}
