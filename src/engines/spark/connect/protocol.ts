import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import protobuf from 'protobufjs'

/** Writes and reads the messages of one type; fields that were not sent are absent, lists are not. */
export interface Codec<T> {
  encode(value: T): Buffer
  decode(bytes: Uint8Array): T
}

export interface MethodCodec {
  /** As HTTP/2 asks for it. */
  readonly path: string
  readonly request: Codec<object>
  readonly response: Codec<object>
}

const SERVICE = 'spark.connect.SparkConnectService'
const roots = new Map<string, protobuf.Root>()
const codecs = new Map<string, Codec<object>>()

/** A call of Spark's service by its name in `connect.proto`, which is read at the first use. */
export function method(name: string): MethodCodec {
  const { requestType, responseType } = rootOf('connect').lookupService(SERVICE).methods[name] ?? {}
  if (requestType === undefined || responseType === undefined) {
    throw new Error(`connect.proto has no call ${name}`)
  }
  return {
    path: `/${SERVICE}/${name}`,
    request: codec(rootOf('connect'), `spark.connect.${requestType}`),
    response: codec(rootOf('connect'), `spark.connect.${responseType}`),
  }
}

/** A message of `rpc-status.proto`. */
export function statusCodec<T extends object>(
  name: 'Status' | 'ErrorInfo' | 'RetryInfo',
): Codec<T> {
  return codec(rootOf('rpc-status'), `google.rpc.${name}`) as Codec<T>
}

/** The definitions of a .proto file of this folder. */
export function rootOf(file: 'connect' | 'rpc-status'): protobuf.Root {
  let root = roots.get(file)
  if (root === undefined) {
    const path = fileURLToPath(new URL(`./${file}.proto`, import.meta.url))
    root = protobuf.parse(readFileSync(path, 'utf8')).root
    roots.set(file, root)
  }
  return root
}

function codec(root: protobuf.Root, name: string): Codec<object> {
  let found = codecs.get(name)
  if (found === undefined) {
    const type = root.lookupType(name)
    const plain = { longs: Number, arrays: true, objects: true }
    found = {
      encode: (value) => Buffer.from(type.encode(type.fromObject(value)).finish()),
      decode: (bytes) => type.toObject(type.decode(bytes), plain),
    }
    codecs.set(name, found)
  }
  return found
}
