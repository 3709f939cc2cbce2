/** A file that is the same everywhere. */
export interface PinnedFile {
  /** Where registries have it: below the index of Python packages, or below a Maven repository. */
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

/** An engine that was tried, with all that belongs to it. */
export interface EngineRelease {
  readonly engine: 'spark' | 'hadoop'
  readonly version: string
  /** The source archive of the Python package `pyspark`, which holds all of Spark. */
  readonly archive?: PinnedFile
  /** What it takes on disk once unpacked. */
  readonly unpackedBytes: number
  /** Of Spark those that join its own: Delta, S3. */
  readonly jars: readonly PinnedFile[]
}
