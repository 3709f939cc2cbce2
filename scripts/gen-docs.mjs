// Writes docs/formats/<id>.md from the format data: `npm run docs`.
import { register } from 'tsx/esm/api'

register()
const { writeFormatPages } = await import('./gen-docs.ts')
await writeFormatPages()
