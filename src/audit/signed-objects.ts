import { isKind } from '../core/errors.js'
import type { ByteStore } from '../storage/store.js'

export const ALGORITHM = 'SHA256withRSA'

/** Beside the file in a folder, which keeps no metadata as S3 does. */
const SIDECAR = '.metadata.json'

/** Writes a digest with its signature: in the object's metadata on S3, else in a file beside it. */
export async function putSigned(
  store: ByteStore,
  key: string,
  bytes: Uint8Array,
  signature: string,
): Promise<void> {
  const metadata = { signature, 'signature-algorithm': ALGORITHM }
  if (store.uri.startsWith('s3://')) return store.put(key, bytes, { metadata })
  await store.put(`${key}${SIDECAR}`, Buffer.from(`${JSON.stringify(metadata)}\n`))
  await store.put(key, bytes)
}

/** The signature of a digest; undefined when none was kept, as with files that were copied from S3. */
export async function signatureOf(store: ByteStore, key: string): Promise<string | undefined> {
  if (store.uri.startsWith('s3://')) return (await store.head(key))?.metadata?.['signature']
  try {
    const text = Buffer.from(await store.get(`${key}${SIDECAR}`)).toString()
    const found: unknown = JSON.parse(text)
    return typeof found === 'object' && found !== null && 'signature' in found
      ? String(found.signature)
      : ''
  } catch (error) {
    if (isKind(error, 'not-found')) return undefined
    if (error instanceof SyntaxError) return ''
    throw error
  }
}
