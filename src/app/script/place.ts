import { storeOf } from '../../catalog/location.js'
import type { ByteStore } from '../../storage/store.js'
import type { LakeContext } from '../context.js'
import { sourceOpener } from '../external/mount.js'

/** A folder somewhere, whether it is there or not. */
export interface Place {
  readonly store: ByteStore
  /** Empty, or ends with `/`. */
  readonly prefix: string
  /** A path or a URI, without a slash at the end. */
  readonly location: string
}

/** A file of a place. */
export interface PlacedFile {
  readonly key: string
  readonly size: number
}

/** Opens a location, as `cleanLocation` spells it. */
export function placeOf(location: string, context: LakeContext): Place {
  const { root, prefix } = storeOf(location)
  return { store: sourceOpener(context)(root), prefix, location }
}

/** A folder in it. */
export function below({ store, prefix, location }: Place, name: string): Place {
  return { store, prefix: `${prefix}${name}/`, location: `${location}/${name}` }
}

/** Its path, when it is on this machine. */
export function folderOf({ store, prefix, location }: Place): string | undefined {
  return store.localPath(`${prefix}x`) === undefined ? undefined : location
}
