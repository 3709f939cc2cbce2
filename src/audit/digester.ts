import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { isoSeconds } from '../core/iso-seconds.js'
import { sha256Hex } from '../core/sha256.js'
import { HASH, signDigest, type Digest } from './digest.js'
import type { DigestKeys } from './digest-keys.js'
import type { DeliveryContext } from './deliver.js'
import { HOUR_MS, LAST_DIGEST, type DeliveryDocument, type DigestDocument } from './documents.js'
import { ALGORITHM, putSigned } from './signed-objects.js'
import { digestKey, fullKey } from './trail.js'

const compress = promisify(gzip)

/**
 * Writes the digest of each hour that is over. What is written is decided, and kept, before: a
 * second try after a kill writes the same. The hours that the server was down are in one digest.
 */
export async function writeDigests(
  context: DeliveryContext,
  keys: DigestKeys,
  now: Date,
): Promise<void> {
  const { digests } = context.documents
  const last = digests.get(LAST_DIGEST)
  if (!last) {
    digests.put(LAST_DIGEST, { end: Math.floor(now.getTime() / 1000) * 1000 })
    return
  }
  await deliver(last, context)
  const hours = Math.floor((now.getTime() - last.end) / HOUR_MS)
  if (hours < 1) return
  await deliver(plan(last, last.end + hours * HOUR_MS, context, keys), context)
}

/** Takes all files that were delivered into the next digest. */
function plan(
  last: DigestDocument,
  end: number,
  { trail, state, documents }: DeliveryContext,
  keys: DigestKeys,
): DigestDocument {
  return state.transaction(() => {
    const files = documents.deliveries.list({ parent: 'delivered' })
    const key = digestKey(trail, new Date(end))
    const { bucket } = trail
    const previous = last.file
    const times = files.flatMap(({ oldest, newest }) => [oldest, newest]).toSorted()
    const digest: Digest = {
      awsAccountId: trail.account,
      digestStartTime: isoSeconds(new Date(last.end)),
      digestEndTime: isoSeconds(new Date(end)),
      digestS3Bucket: bucket,
      digestS3Object: fullKey(trail, key),
      digestPublicKeyFingerprint: keys.fingerprint,
      digestSignatureAlgorithm: ALGORITHM,
      newestEventTime: times.at(-1) ?? null,
      oldestEventTime: times[0] ?? null,
      previousDigestS3Bucket: previous?.bucket ?? null,
      previousDigestS3Object: previous?.object ?? null,
      previousDigestHashValue: previous?.sha256 ?? null,
      previousDigestHashAlgorithm: previous ? HASH : null,
      previousDigestSignature: previous?.signature ?? null,
      logFiles: files.map((file) =>
        logFile(file, file.bucket ?? bucket, file.object ?? fullKey(trail, file.key)),
      ),
    }
    const text = JSON.stringify(digest)
    const signature = signDigest(digest, text, keys.privateKey)
    const object = digest.digestS3Object
    const file = { key, bucket, object, text, signature, sha256: sha256Hex(text), delivered: false }
    const planned: DigestDocument = { end, file }
    documents.digests.put(LAST_DIGEST, planned)
    for (const { id } of files) documents.deliveries.delete(id)
    return planned
  })
}

async function deliver(last: DigestDocument, context: DeliveryContext): Promise<void> {
  const { file } = last
  if (!file || file.delivered) return
  await putSigned(context.store, file.key, await compress(file.text), file.signature)
  context.documents.digests.put(LAST_DIGEST, {
    ...last,
    file: { ...file, text: '', delivered: true },
  })
}

function logFile(
  file: DeliveryDocument,
  s3Bucket: string,
  s3Object: string,
): Digest['logFiles'][0] {
  return {
    s3Bucket,
    s3Object,
    hashValue: file.sha256,
    hashAlgorithm: HASH,
    newestEventTime: file.newest,
    oldestEventTime: file.oldest,
  }
}
