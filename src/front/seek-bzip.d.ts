declare module 'seek-bzip' {
  interface ByteSink {
    writeByte(byte: number): void
    flush(): void
  }
  const Bunzip: { decode(input: Buffer, output: ByteSink, multistream: boolean): void }
  export default Bunzip
}
