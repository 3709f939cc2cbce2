import { lowerFirst } from '../core/lower-first.js'
import type { ServiceModel, Shape } from '../wire/model.js'
import type { Json, JsonObject } from '../wire/service.js'
import { HIDDEN, isSecretName, redactText, redactWords } from './redact.js'

/** What AWS itself does not write in lower camel case. */
const AS_THEY_ARE: ReadonlySet<string> = new Set(['ReleaseLabel'])
const DEEPEST = 32

/**
 * Input or output as CloudTrail shows it: members in lower camel case, secrets hidden, times as ISO
 * text. What the model does not know, or has as another type, is left out: nobody can say
 * whether it is secret.
 */
export function parameters(
  model: ServiceModel,
  shapeName: string | undefined,
  value: JsonObject | undefined,
): JsonObject | null {
  if (shapeName === undefined || value === undefined) return null
  const shown = show(model, shapeName, value, 0)
  return isObject(shown) && Object.keys(shown).length > 0 ? shown : null
}

function show(
  model: ServiceModel,
  shapeName: string,
  value: Json,
  depth: number,
): Json | undefined {
  const shape = model.shapes[shapeName]
  if (!shape || value === null || depth > DEEPEST) return undefined
  switch (shape.type) {
    case 'structure':
      return isObject(value) ? structure(model, shape, value, depth) : undefined
    case 'list':
      return Array.isArray(value) ? list(model, shape, value, depth) : undefined
    case 'map':
      return isObject(value) ? map(model, shape, value, depth) : undefined
    case 'string':
      if (typeof value !== 'string') return undefined
      return shape.sensitive ? HIDDEN : redactText(value)
    case 'timestamp':
      return typeof value === 'number' ? time(value) : undefined
    case 'blob':
      return HIDDEN
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return typeof value === 'number' ? value : undefined
  }
}

function structure(
  model: ServiceModel,
  shape: Extract<Shape, { type: 'structure' }>,
  value: JsonObject,
  depth: number,
): JsonObject {
  const shown: Record<string, Json> = {}
  // EMR and others spell properties as {Key, Value}.
  const hidesValue = typeof value['Key'] === 'string' && isSecretName(value['Key'])
  for (const [name, member] of Object.entries(shape.members)) {
    const found = value[name] ?? value[member.locationName ?? name]
    if (found === undefined) continue
    const secret =
      (hidesValue && name === 'Value') || (isSecretName(name) && typeof found !== 'object')
    const inner = secret ? HIDDEN : show(model, member.shape, found, depth + 1)
    if (inner !== undefined) shown[lowerCamel(name)] = inner
  }
  return shown
}

function list(
  model: ServiceModel,
  shape: Extract<Shape, { type: 'list' }>,
  value: readonly Json[],
  depth: number,
): Json[] {
  const words = model.shapes[shape.member]?.type === 'string' ? redactWords(value) : value
  return words.flatMap((item) => show(model, shape.member, item, depth + 1) ?? [])
}

function map(
  model: ServiceModel,
  shape: Extract<Shape, { type: 'map' }>,
  value: JsonObject,
  depth: number,
): JsonObject {
  const shown: [string, Json][] = []
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue
    const inner = isSecretName(key) ? HIDDEN : show(model, shape.value, item, depth + 1)
    if (inner !== undefined) shown.push([key, inner])
  }
  return Object.fromEntries(shown)
}

function lowerCamel(name: string): string {
  return AS_THEY_ARE.has(name) ? name : lowerFirst(name)
}

function time(seconds: number): string | undefined {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
