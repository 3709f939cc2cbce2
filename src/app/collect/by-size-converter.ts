import type { Logger } from '../../core/logger.js'
import { formatSize } from '../../core/size.js'
import { SPARK_BYTES } from '../spark-bytes.js'
import type { ConvertedBatch, Converter, ConvertRequest } from '../../engines/engine.js'

/** Reads large batches with one converter and the others with another; says which. */
export class BySizeConverter implements Converter {
  readonly #small: Converter
  readonly #large: Converter
  readonly #logger: Logger

  constructor(small: Converter, large: Converter, logger: Logger) {
    this.#small = small
    this.#large = large
    this.#logger = logger
  }

  convert(request: ConvertRequest): Promise<ConvertedBatch> {
    const bytes = request.objects.reduce((sum, o) => sum + o.size, 0)
    const isLarge = bytes >= SPARK_BYTES.collect
    this.#logger.info(
      isLarge
        ? `reading ${formatSize(bytes)} on spark`
        : `reading ${formatSize(bytes)} in this process: spark takes over from ${formatSize(SPARK_BYTES.collect)}`,
    )
    return (isLarge ? this.#large : this.#small).convert(request)
  }

  async close(): Promise<void> {
    try {
      await this.#small.close()
    } finally {
      await this.#large.close()
    }
  }
}
