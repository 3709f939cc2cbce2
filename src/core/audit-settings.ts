import { parseCount } from './count.js'
import { formatDuration, parseDuration } from './duration.js'
import { HeadrigError } from './errors.js'
import { location, names, shown, type Setting } from './setting.js'

/** How S3 encrypts what is delivered, in the words of its manual. */
export const ENCRYPTIONS = ['SSE-S3', 'SSE-KMS'] as const
const LOCKS = ['governance', 'compliance'] as const

/** Settings of the server's audit log. */
export const AUDIT_SETTINGS = {
  auditDestination: {
    ...names('audit.destination', 'audit-destination', ['HEADRIG_AUDIT_DESTINATION'], 'uri'),
    doc: 'Where audit records are delivered: a folder or s3://bucket/prefix; default: audit/trail in the data folder',
    parse: location,
    initial: () => undefined,
    show: shown,
  } satisfies Setting<string | undefined>,
  auditInterval: {
    ...names('audit.interval', 'audit-interval', ['HEADRIG_AUDIT_INTERVAL'], 'time'),
    doc: 'How long records wait for others before they are delivered, from 1s to 1h',
    parse: (text) => {
      const ms = parseDuration(text)
      if (ms >= 1000 && ms <= 3_600_000) return ms
      throw new HeadrigError('invalid', `${JSON.stringify(text)} is not from 1s to 1h`)
    },
    initial: () => 300_000,
    show: formatDuration,
  } satisfies Setting<number>,
  auditEncryption: {
    ...names(
      'audit.encryption',
      'audit-encryption',
      ['HEADRIG_AUDIT_ENCRYPTION'],
      ENCRYPTIONS.join('|'),
    ),
    doc: "How S3 encrypts what is delivered; default: as the bucket's own settings say",
    parse: (text) => oneOf(text, ENCRYPTIONS),
    initial: () => undefined,
    show: shown,
  } satisfies Setting<(typeof ENCRYPTIONS)[number] | undefined>,
  auditKmsKey: {
    ...names('audit.kms_key', 'audit-kms-key', ['HEADRIG_AUDIT_KMS_KEY'], 'arn'),
    doc: "The key of SSE-KMS; default: the bucket's own",
    parse: (text) => text,
    initial: () => undefined,
    show: shown,
  } satisfies Setting<string | undefined>,
  auditLockDays: {
    ...names('audit.lock_days', 'audit-lock-days', ['HEADRIG_AUDIT_LOCK_DAYS'], 'n'),
    doc: 'For how many days nobody may delete what is delivered; the bucket must have Object Lock',
    parse: (text) => parseCount(text, 1, 36_500),
    initial: () => undefined,
    show: (value) => (value === undefined ? '' : String(value)),
  } satisfies Setting<number | undefined>,
  auditLockMode: {
    ...names('audit.lock_mode', 'audit-lock-mode', ['HEADRIG_AUDIT_LOCK_MODE'], LOCKS.join('|')),
    doc: 'Who may delete it all the same: with governance those with a special permission, with compliance nobody',
    parse: (text) => oneOf(text, LOCKS),
    initial: () => 'governance',
    show: String,
  } satisfies Setting<(typeof LOCKS)[number]>,
  auditHistoryDays: {
    ...names('audit.history_days', 'audit-history-days', ['HEADRIG_AUDIT_HISTORY_DAYS'], 'n'),
    doc: 'For how many days LookupEvents finds records; what is kept of them here goes then',
    parse: (text) => parseCount(text, 1, 90),
    initial: () => 90,
    show: String,
  } satisfies Setting<number>,
} as const

/** One of some words. Throws `invalid`. */
export function oneOf<T extends string>(text: string, words: readonly T[]): T {
  const found = words.find((word) => word.toLowerCase() === text.trim().toLowerCase())
  if (found !== undefined) return found
  throw new HeadrigError(
    'invalid',
    `${JSON.stringify(text)} is not one of ${words.join(', ')}: write one of them`,
  )
}
