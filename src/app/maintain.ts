export { compact, type CompactOptions, type CompactSummary } from './maintain/compact.js'
export { retain, type RetainOptions, type RetainSummary } from './maintain/retain.js'
export { vacuum, type VacuumOptions, type VacuumSummary } from './maintain/vacuum.js'
export { verify, type Finding, type VerifyOptions, type VerifySummary } from './maintain/verify.js'
