// Compiles the models of AWS's services: see gen-models.ts.
import { register } from 'tsx/esm/api'

register()
await import('./gen-models.ts')
