import { hadoopS3Jars } from './hadoop-s3-3.4.2.js'
import type { EngineRelease } from './release.js'

/** Hadoop 3.4.2 as Hadoop Streaming needs it, and what reads S3. */
export const hadoop342: EngineRelease = {
  engine: 'hadoop',
  version: '3.4.2',
  unpackedBytes: 70 * 2 ** 20,
  jars: [
    {
      path: 'ch/qos/reload4j/reload4j/1.2.26/reload4j-1.2.26.jar',
      bytes: 338_688,
      sha256: 'a7e86ae144541d04d24d1b7123d7425415477d50f387bb868e5c955aeaedd96f',
    },
    {
      path: 'commons-cli/commons-cli/1.9.0/commons-cli-1.9.0.jar',
      bytes: 75_479,
      sha256: 'd3d530d0f28fd0fbbffe2b0b338f70e8cb96f1605579e2e3abd4db29cac24e69',
    },
    {
      path: 'org/apache/commons/commons-lang3/3.17.0/commons-lang3-3.17.0.jar',
      bytes: 673_587,
      sha256: '6ee731df5c8e5a2976a1ca023b6bb320ea8d3539fbe64c8a1d5cb765127c33b4',
    },
    {
      path: 'org/apache/hadoop/hadoop-client-api/3.4.2/hadoop-client-api-3.4.2.jar',
      bytes: 19_665_963,
      sha256: '607c0299f4df33013bd0a0f37c8cf255c635bbaddd247b8fec68c210cc17d19f',
    },
    {
      path: 'org/apache/hadoop/hadoop-client-runtime/3.4.2/hadoop-client-runtime-3.4.2.jar',
      bytes: 30_502_934,
      sha256: '18d071c7f72f8a946677b398a57af9c7afa2dd41a81023c310f99373fec200b3',
    },
    {
      path: 'org/apache/hadoop/hadoop-streaming/3.4.2/hadoop-streaming-3.4.2.jar',
      bytes: 141_797,
      sha256: '4965003390b1ab133a3fe70a446f9cd29273b1554f9b58c9cf3ad6616782fd6d',
    },
    {
      path: 'org/slf4j/slf4j-api/1.7.36/slf4j-api-1.7.36.jar',
      bytes: 41_125,
      sha256: 'd3ef575e3e4979678dc01bf1dcce51021493b4d11fb7f1be8ad982877c16a1c0',
    },
    {
      path: 'org/slf4j/slf4j-reload4j/1.7.36/slf4j-reload4j-1.7.36.jar',
      bytes: 9824,
      sha256: 'ae6fdd5c9547896114d5ec7fa7503733b7d2890573d3886fb548b3119c4d3f67',
    },
    ...hadoopS3Jars,
  ],
}
