/** The other implementations that our tables are held against; the only place that names versions. */
export const PYTHON_PACKAGES = ['deltalake==1.6.6', 'pyarrow==26.0.1', 'pyspark==4.2.0']

/** Delta for that Spark, as Maven coordinates; their runtime dependencies are part of Spark. */
export const DELTA_JARS = [
  'io.delta:delta-spark_4.2_2.13:4.4.0',
  'io.delta:delta-storage:4.4.0',
] as const

/** What the notebook of the docs needs, and what runs it. */
export const NOTEBOOK_PACKAGES = [
  'deltalake==1.6.6',
  'duckdb==1.5.6',
  'pyarrow==26.0.1',
  'pyspark-client==4.2.0',
  'ipykernel==7.4.0',
  'nbclient==0.11.0',
  'nbformat==5.11.1',
]

/** The AWS CLI that checks our trails. */
export const AWSCLI_PACKAGES = ['awscli==1.46.2']

/** The clients of AWS's APIs, and the models that ours are compiled from. */
export const AWS_PACKAGES = [
  'awscli==1.46.2',
  'boto3==1.44.5',
  'botocore==1.44.5',
  'mrjob==0.7.4',
  'setuptools==80.9.0',
]
