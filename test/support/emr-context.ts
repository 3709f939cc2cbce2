import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EmrContext } from '../../src/emr/context.js'
import { BlockPublicAccessStore } from '../../src/emr/security/block-public-access.js'
import { SecurityStore } from '../../src/emr/security/store.js'
import { openState } from '../../src/state/state.js'
import { Markers } from '../../src/wire/paging.js'

/** What EMR's operations work with, over a state of its own that ends with the process. */
export function emrContext(given: Partial<EmrContext> = {}): EmrContext {
  const folder = mkdtempSync(join(tmpdir(), 'headrig-emr-'))
  const state = openState(join(folder, 'state.db'))
  process.once('exit', () => {
    state.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    markers: new Markers(new Uint8Array(32)),
    security: new SecurityStore(state),
    publicAccess: new BlockPublicAccessStore(state, '111122223333'),
    openPort: () => undefined,
    ...given,
  }
}
