import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import protobuf from 'protobufjs'
import { describe, expect, test } from 'vitest'
import { interopTools } from '../../../../test/interop/tools.js'
import { sparkHome } from '../../../../test/support/spark-server.js'
import { rootOf } from './protocol.js'

const READ = `
import glob, json, sys, zipfile
jar = zipfile.ZipFile(glob.glob(sys.argv[1] + '/jars/spark-connect_*.jar')[0])
names = [n for n in jar.namelist() if n.startswith('spark/connect/') and n.endswith('.proto')]
print(json.dumps([jar.read(n).decode() for n in names]))
`
const tools = await interopTools()

async function sparksOwn(python: string): Promise<protobuf.Root> {
  const { stdout } = await promisify(execFile)(python, ['-c', READ, sparkHome(python)], {
    maxBuffer: 1 << 24,
  })
  const root = new protobuf.Root()
  for (const text of JSON.parse(stdout) as string[]) protobuf.parse(text, root)
  return root
}

function* messagesOf(parent: protobuf.NamespaceBase): Generator<protobuf.Type | protobuf.Enum> {
  for (const child of parent.nestedArray) {
    if (child instanceof protobuf.Type || child instanceof protobuf.Enum) yield child
    if (child instanceof protobuf.Namespace) yield* messagesOf(child)
  }
}

const shape = (field: protobuf.Field): object => ({
  name: field.name,
  id: field.id,
  type: field.type.split('.').at(-1),
  repeated: field.repeated,
  key: field instanceof protobuf.MapField ? field.keyType : undefined,
  oneof: field.partOf?.name,
})

describe.skipIf(!tools)('connect.proto', async () => {
  const theirs = tools ? await sparksOwn(tools.python) : new protobuf.Root()
  const ours = rootOf('connect')
  const messages = [...messagesOf(ours)]

  test.each(messages.map((m) => [m.fullName, m] as const))('%s is Spark’s', (name, message) => {
    if (message instanceof protobuf.Enum) {
      expect(message.values).toEqual(theirs.lookupEnum(name).values)
      return
    }
    const own = theirs.lookupType(name)
    for (const field of message.fieldsArray) {
      expect(shape(field)).toEqual(shape(own.fields[field.name]!))
    }
  })

  test('every call is Spark’s', () => {
    const name = 'spark.connect.SparkConnectService'
    for (const call of ours.lookupService(name).methodsArray) {
      const own = theirs.lookupService(name).methods[call.name]
      expect(own).toMatchObject({
        requestType: call.requestType,
        responseType: call.responseType,
        requestStream: call.requestStream,
        responseStream: call.responseStream,
      })
    }
    expect(messages.length).toBeGreaterThan(60)
  })
})
