/** How long a cluster may be idle by its policy: in seconds, as AWS has them. */
export const IDLE_TIMEOUT = { least: 60, most: 604_800, initial: 3600 } as const
