// `npm run bench -- <scenario>...`: see bench.ts.
import { register } from 'tsx/esm/api'

register()
await import('./bench.ts')
