// Lists a bucket and reads every object, 64 at a time, doing nothing with the bytes; `--gunzip`: unpacks them too.
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { mapLimit } from '../../dist/core/concurrency.js'
import { openStore } from '../../dist/storage/open.js'

const [uri = '', flag] = process.argv.slice(2)
const unpack = flag === '--gunzip' ? promisify(gunzip) : async (stored) => stored
const store = openStore(uri, {
  endpoint: process.env['AWS_ENDPOINT_URL_S3'] ?? '',
  region: process.env['AWS_REGION'] ?? '',
  pathStyle: true,
})
const keys = []
for await (const { key } of store.list('')) keys.push(key)
let bytes = 0
await mapLimit(keys, 64, async (key) => {
  const content = await unpack(await store.get(key))
  bytes += content.byteLength
})
console.log(JSON.stringify({ objects: keys.length, bytes }))
