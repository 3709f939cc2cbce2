/** What no request may exceed, whatever its model says. */
export const LIMITS = {
  /** Levels of values inside each other. */
  depth: 32,
  /** Of a list or map for which the model names no most. */
  elements: 10_000,
  /** Characters of a text for which the model names no most; longer ones match no pattern. */
  characters: 1 << 18,
  patternCharacters: 10_280,
} as const
