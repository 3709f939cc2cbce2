export const LAZY_SIMPLE = 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'
export const TEXT_INPUT = 'org.apache.hadoop.mapred.TextInputFormat'
export const TEXT_OUTPUT = 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
export const PARQUET_SERDE = 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
export const PARQUET_INPUT = 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat'
const PARQUET_OUTPUT = 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'
export const CLOUDTRAIL_INPUT = 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
export const HCAT_JSON = 'org.apache.hive.hcatalog.data.JsonSerDe'

export interface StoredAs {
  readonly serde: string
  readonly inputFormat: string
  readonly outputFormat: string
}

/** What `STORED AS <word>` stands for. */
export const STORED_AS: Readonly<Record<string, StoredAs>> = {
  TEXTFILE: { serde: LAZY_SIMPLE, inputFormat: TEXT_INPUT, outputFormat: TEXT_OUTPUT },
  PARQUET: { serde: PARQUET_SERDE, inputFormat: PARQUET_INPUT, outputFormat: PARQUET_OUTPUT },
  JSONFILE: { serde: HCAT_JSON, inputFormat: TEXT_INPUT, outputFormat: TEXT_OUTPUT },
}
