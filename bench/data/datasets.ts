/** A set of generated logs; the same definition gives the same bytes. */
export interface Dataset {
  readonly id: string
  readonly kind: 'cloudtrail' | 'flow'
  /** Records or lines. */
  readonly records: number
  readonly objects: number
  readonly days: number
  /** Share of records with fields that no column holds. */
  readonly unknown?: number
  /** Share of records that a second trail delivers again: soon after, in objects cut differently. */
  readonly secondTrail?: number
  /** Share of records that are copies of one in an object of quite another time. */
  readonly replayed?: number
  readonly why: string
}

const FEW_FIELDS = { kind: 'cloudtrail', days: 14 } as const

/** Every set that a scenario uses, by id. */
export const DATASETS = {
  'ct-m': {
    ...FEW_FIELDS,
    id: 'ct-m',
    records: 2_000_000,
    objects: 10_000,
    why: '2 M CloudTrail events in 10,000 objects',
  },
  'ct-s': {
    ...FEW_FIELDS,
    id: 'ct-s',
    records: 200_000,
    objects: 1000,
    why: 'a tenth of ct-m, for growth',
  },
  'ct-m-unknown': {
    ...FEW_FIELDS,
    id: 'ct-m-unknown',
    records: 2_000_000,
    objects: 10_000,
    unknown: 0.3,
    why: 'ct-m with unknown fields in 30 % of the records',
  },
  'ct-m-trails': {
    ...FEW_FIELDS,
    id: 'ct-m-trails',
    records: 2_000_000,
    objects: 10_000,
    secondTrail: 0.27,
    why: '2 M events of which a second trail delivers 27 %',
  },
  'ct-m-replays': {
    ...FEW_FIELDS,
    id: 'ct-m-replays',
    records: 2_000_000,
    objects: 10_000,
    replayed: 0.27,
    why: '2 M events of which 27 % are copies from any other time',
  },
  'ct-tiny': {
    ...FEW_FIELDS,
    id: 'ct-tiny',
    records: 300_000,
    objects: 100_000,
    why: '100,000 objects of 1 to 5 events',
  },
  'ct-20k': {
    ...FEW_FIELDS,
    id: 'ct-20k',
    records: 750_000,
    objects: 10_000,
    why: '10,000 objects of about 20 kB, for S3',
  },
  'ct-90d': {
    kind: 'cloudtrail',
    id: 'ct-90d',
    records: 450_000,
    objects: 9000,
    days: 90,
    why: '90 days, for looking up one access key',
  },
  'vpc-m': {
    kind: 'flow',
    id: 'vpc-m',
    records: 10_000_000,
    objects: 500,
    days: 7,
    why: '10 M flow lines with a header in 500 objects',
  },
} as const satisfies Readonly<Record<string, Dataset>>

export type DatasetId = keyof typeof DATASETS
