import type { Environment, Settings } from '../../core/config-settings.js'
import type { StepSpec } from '../../jobs/step.js'

/** The server's own variables that a step gets. */
const PASSED = /^AWS_(?!PROFILE$|SHARED_CREDENTIALS_FILE$|CONFIG_FILE$)\w+$/

/** The credentials of a step: those of the server itself, so far, whatever role the step has. */
export async function stepCredentials(
  _spec: StepSpec,
  { settings, env }: { readonly settings: Settings; readonly env: Environment },
): Promise<Readonly<Record<string, string>>> {
  const given: Record<string, string> = {}
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && PASSED.test(name)) given[name] = value
  const { s3Endpoint, s3Region } = settings
  if (s3Endpoint !== undefined) given['AWS_ENDPOINT_URL_S3'] = s3Endpoint
  if (s3Region !== undefined) given['AWS_DEFAULT_REGION'] = s3Region
  return given
}
