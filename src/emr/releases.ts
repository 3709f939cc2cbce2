/** A release label that clusters may be asked for, newest first. */
export const RELEASE_LABELS = [
  'emr-7.12.0',
  'emr-7.5.0',
  'emr-7.0.0',
  'emr-6.15.0',
  'emr-6.10.0',
  'emr-6.0.0',
  'emr-5.36.2',
  'emr-5.30.0',
] as const

/** What runs whatever release is asked for: the programs are those that headrig installs. */
export const APPLICATIONS = [
  { Name: 'Hadoop', Version: '3.4.2' },
  { Name: 'Hive', Version: 'on Spark SQL 4.2.0' },
  { Name: 'Spark', Version: '4.2.0' },
] as const

/** Whether a label is of a release that is taken: emr-5 to emr-7, also those that are not listed. */
export function isRelease(label: string): boolean {
  return /^emr-[567]\.\d{1,3}\.\d{1,3}$/.test(label)
}
