declare module 'seek-bzip' {
  interface ByteSource {
    readByte(): number
    read(into: Uint8Array, at: number, count: number): number
  }
  interface ByteSink {
    writeByte(byte: number): void
  }
  /** As its own `decode` uses it, which can only give everything at once. */
  export default class Bunzip {
    constructor(input: ByteSource, output: ByteSink)
    readonly reader: { read(bits: number): number }
    readonly streamCRC: number
    /** Reads the next block; false at the end of a stream. */
    _init_block(): boolean
    /** Writes the block that was read; throws when its CRC is another. */
    _read_bunzip(): void
    _start_bunzip(input: ByteSource, output: ByteSink): void
  }
}
