import type { ConvertProgress } from '../../../src/engines/engine.js'

/** What a converter tells of its progress, added up. */
export function addedUp() {
  const progress = { objects: 0, bytes: 0, rows: 0 }
  const onProgress = (done: ConvertProgress): void => {
    progress.objects += done.objects
    progress.bytes += done.bytes
    progress.rows += done.rows
  }
  return { progress, onProgress }
}
