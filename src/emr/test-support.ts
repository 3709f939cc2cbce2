import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../core/config.js'
import { silentLogger } from '../core/logger.js'
import { openState } from '../state/state.js'
import { cut } from '../wire/cut.js'
import { Markers } from '../wire/paging.js'
import type { AccessRequest } from '../auth/principal.js'
import type { Call, JsonObject } from '../wire/service.js'
import { validators } from '../wire/validate.js'
import { emrService } from './index.js'
import { openEmr, type Emr } from './open-emr.js'
import { BlockPublicAccessStore } from './security/block-public-access.js'

/** EMR over a folder of its own, called as the server calls it: the input validated, the output cut. */
export interface TestEmr {
  readonly emr: Emr
  readonly folder: string
  call(operation: string, input?: JsonObject): Promise<JsonObject>
  access(operation: string, input: JsonObject): Promise<readonly AccessRequest[]>
  /** Closes it as a graceful stop does, and opens it again over the same state. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface TestEmrOptions {
  /** Milliseconds since 1970; default: the real time. */
  readonly clock?: () => number
  readonly openPort?: () => number | undefined
}

/** Opens EMR for a test. */
export async function openTestEmr({
  clock = Date.now,
  openPort = () => undefined,
}: TestEmrOptions = {}): Promise<TestEmr> {
  const folder = await mkdtemp(join(tmpdir(), 'headrig-emr-'))
  const { settings } = await loadConfig({
    flags: { dataFolder: folder, testMode: 'yes', serverAccount: '111122223333' },
    env: { HEADRIG_EMR_SESSION_PORT: '0' },
    cwd: folder,
  })
  const open = async () => {
    const state = openState(join(folder, 'state.db'))
    const markers = new Markers(new Uint8Array(32))
    const publicAccess = new BlockPublicAccessStore(state, settings.serverAccount)
    const emr = await openEmr({
      settings,
      env: {},
      state,
      markers,
      publicAccess,
      openPort,
      now: clock,
      logger: silentLogger,
    })
    return { state, emr, service: emrService(emr.context) }
  }
  let opened = await open()
  const close = async (): Promise<void> => {
    await opened.emr.close()
    opened.state.close()
  }
  const made = (operation: string, input: JsonObject) => {
    const { operations, model } = opened.service
    const found = operations[operation]
    if (!found) throw new Error(`no operation ${operation}`)
    const { serverAccount: account, serverRegion: region } = settings
    const call: Call = {
      principal: {
        kind: 'Root',
        account,
        arn: `arn:aws:iam::${account}:root`,
        principalId: account,
        tags: {},
      },
      account,
      region,
      requestId: 'test',
      now: new Date(clock()),
      sourceIp: '127.0.0.1',
      userAgent: 'test',
      signal: new AbortController().signal,
    }
    return { found, call, input: validators(model)(operation)(input), model }
  }
  return {
    get emr() {
      return opened.emr
    },
    folder,
    async call(operation, given = {}) {
      const { found, call, input, model } = made(operation, given)
      await found.access(input, call)
      return cut(model, operation)(await found.run(input, call))
    },
    async access(operation, given) {
      const { found, call, input } = made(operation, given)
      return found.access(input, call)
    },
    async restart() {
      await close()
      opened = await open()
    },
    async close() {
      await close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
