export { compact } from './maintain/compact.js'
export { retain } from './maintain/retain.js'
export { vacuum } from './maintain/vacuum.js'
export { verify } from './maintain/verify.js'
