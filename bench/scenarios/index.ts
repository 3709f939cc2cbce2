import type { Scenario } from '../lib/scenario.js'
import { scaleCommits } from '../scale/commits.js'
import { scaleSnapshot } from '../scale/snapshot.js'
import { scaleWriters } from '../scale/writers.js'
import { sparkGrowth } from '../scale/spark-growth.js'
import { sparkOverhead } from '../scale/spark-overhead.js'
import { sparkWorkers } from '../scale/spark-workers.js'
import { collectCloudTrail } from './collect-cloudtrail.js'
import { collectDuplicates } from './collect-duplicates.js'
import { collectFlows } from './collect-flows.js'
import { collectReplays } from './collect-replays.js'
import { collectS3 } from './collect-s3.js'
import { collectTiny } from './collect-tiny.js'
import { collectUnknown } from './collect-unknown.js'
import { compaction } from './compaction.js'
import { frontQuery } from './front-query.js'
import { growth } from './growth.js'
import { help } from './help.js'
import { keyLookup } from './key-lookup.js'
import { serveDescribe } from './serve-describe.js'
import { topTalkers } from './top-talkers.js'

/** Every scenario, by the name that the command line takes. */
export const SCENARIOS = {
  'collect-cloudtrail': collectCloudTrail,
  'collect-unknown': collectUnknown,
  'collect-duplicates': collectDuplicates,
  'collect-replays': collectReplays,
  'collect-tiny': collectTiny,
  'collect-s3': collectS3,
  'collect-flows': collectFlows,
  'front-query': frontQuery,
  'top-talkers': topTalkers,
  compaction,
  'key-lookup': keyLookup,
  growth,
  'scale-engines': sparkOverhead,
  'scale-growth': sparkGrowth,
  'scale-workers': sparkWorkers,
  help,
  'serve-describe': serveDescribe,
  'scale-commits': scaleCommits,
  'scale-writers': scaleWriters,
  'scale-snapshot': scaleSnapshot,
} as const satisfies Readonly<Record<string, Scenario>>
