import { existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { openStore } from '../../src/storage/open.js'
import type { ByteStore } from '../../src/storage/store.js'
import { hadoopEngines } from '../interop/hadoop.js'
import { startEmrServer, type EmrServer } from './emr-server.js'
import { BINARY } from './launch.js'

/** The server with Hadoop, whose steps have the credentials of their roles. */
export interface StreamingServer {
  readonly emr: EmrServer
  readonly store: (uri: string) => ByteStore
  /** Waits until a cluster is TERMINATED or TERMINATED_WITH_ERRORS; what is told of it then. */
  readonly over: (cluster: string) => Promise<object>
  /** The steps, newest first. */
  readonly steps: (cluster: string) => Promise<readonly StepShown[]>
  /** A log of a step, from the bucket `logs`. */
  readonly log: (cluster: string, step: string, name: string) => Promise<string>
}

export interface StepShown {
  readonly Id: string
  readonly Name: string
  readonly Status: { readonly State: string; readonly FailureDetails?: object }
}

/** Undefined where Hadoop, the clients or the S3 server cannot be had here. */
export async function startStreamingServer(): Promise<StreamingServer | undefined> {
  const engines = existsSync(BINARY) ? await hadoopEngines() : undefined
  const emr =
    engines === undefined
      ? undefined
      : await startEmrServer(() => ({ HEADRIG_EMR_CREDENTIALS: 'assume' }))
  if (engines === undefined || emr === undefined) return undefined
  symlinkSync(engines, join(emr.folder, 'data', 'engines'))
  const { endpoint, region, accessKeyId, secretAccessKey } = emr.s3
  const store = (uri: string): ByteStore =>
    openStore(uri, { endpoint, region, credentials: { accessKeyId, secretAccessKey } })
  return {
    emr,
    store,
    async over(cluster) {
      for (;;) {
        const { Cluster } = await emr.call('DescribeCluster', { ClusterId: cluster })
        const found = Cluster as { readonly Status: { readonly State: string } }
        if (found.Status.State.startsWith('TERMINATED')) return found
        await setTimeout(200)
      }
    },
    async steps(cluster) {
      const { Steps } = await emr.call('ListSteps', { ClusterId: cluster })
      return Steps as readonly StepShown[]
    },
    async log(cluster, step, name) {
      const packed = await store('s3://logs').get(`${cluster}/steps/${step}/${name}.gz`)
      return gunzipSync(packed).toString()
    },
  }
}
