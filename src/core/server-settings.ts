import { parseCount } from './count.js'
import { HeadrigError } from './errors.js'
import { names, path, shown, truth, type Setting } from './setting.js'

/** In the test mode, as the stand-ins of AWS that tests are written for have it. */
const TEST_ACCOUNT = '123456789012'
const NO_ACCOUNT = '000000000000'

/** Settings of `headrig serve`. */
export const SERVER_SETTINGS = {
  serverHost: {
    ...names('server.host', 'host', ['HEADRIG_SERVER_HOST'], 'address'),
    doc: 'Where to listen; other than on this machine alone it is by TLS',
    parse: (text) => text,
    initial: () => '127.0.0.1',
    show: String,
  } satisfies Setting<string>,
  serverPort: {
    ...names('server.port', 'port', ['HEADRIG_SERVER_PORT'], 'n'),
    doc: 'The port to listen on; 0: one that is free',
    parse: (text) => parseCount(text, 0, 65_535),
    initial: () => 8040,
    show: String,
  } satisfies Setting<number>,
  serverTls: {
    ...names('server.tls', 'tls', ['HEADRIG_SERVER_TLS'], 'yes|no'),
    doc: 'Speak TLS; default: when a certificate is given, or when others than this machine can connect',
    parse: truth,
    initial: () => undefined,
    show: shown,
  } satisfies Setting<boolean | undefined>,
  serverTlsCert: {
    ...names('server.tls_cert', 'tls-cert', ['HEADRIG_SERVER_TLS_CERT'], 'file'),
    doc: 'The certificate with its chain (PEM); default: one that the server makes for itself',
    parse: path,
    initial: () => undefined,
    show: shown,
  } satisfies Setting<string | undefined>,
  serverTlsKey: {
    ...names('server.tls_key', 'tls-key', ['HEADRIG_SERVER_TLS_KEY'], 'file'),
    doc: 'The key of that certificate (PEM)',
    parse: path,
    initial: () => undefined,
    show: shown,
  } satisfies Setting<string | undefined>,
  serverAccount: {
    ...names('server.account', 'account', ['HEADRIG_SERVER_ACCOUNT'], '12 digits'),
    doc: 'The account that the server is, in ARNs, policies and audit records',
    parse: (text) => {
      if (/^\d{12}$/.test(text)) return text
      throw new HeadrigError(
        'invalid',
        `${JSON.stringify(text)} is no account: write 12 digits, such as 111122223333`,
      )
    },
    initial: (env) => (testMode(env['HEADRIG_TEST_MODE'] ?? '') ? TEST_ACCOUNT : NO_ACCOUNT),
    show: String,
  } satisfies Setting<string>,
  serverRegion: {
    ...names('server.region', 'region', ['HEADRIG_SERVER_REGION'], 'region'),
    doc: 'The region that the server is; clients sign for it',
    parse: (text) => {
      if (/^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/.test(text)) return text
      throw new HeadrigError(
        'invalid',
        `${JSON.stringify(text)} is no region: write it like eu-central-1`,
      )
    },
    initial: () => 'us-east-1',
    show: String,
  } satisfies Setting<string>,
  serverMetricsToken: {
    ...names('server.metrics_token', 'metrics-token', ['HEADRIG_SERVER_METRICS_TOKEN'], 'token'),
    doc: 'Lets other machines read /metrics, as a bearer token',
    parse: (text) => text,
    initial: () => undefined,
    show: (value) => (value === undefined ? '' : '***'),
  } satisfies Setting<string | undefined>,
  stepUser: {
    ...names('server.step_user', 'step-user', ['HEADRIG_SERVER_STEP_USER'], 'name'),
    doc: 'The account that steps and their clusters run as, when the server runs as root',
    parse: (text) => text,
    initial: () => undefined,
    show: shown,
  } satisfies Setting<string | undefined>,
  testMode: {
    ...names('server.test_mode', 'test-mode', ['HEADRIG_TEST_MODE'], 'yes|no'),
    doc: 'For tests of clients: account 123456789012, POST /_headrig/reset, cheap nodes',
    parse: truth,
    initial: () => false,
    show: String,
  } satisfies Setting<boolean>,
} as const

function testMode(text: string): boolean {
  return text !== '' && truth(text)
}
