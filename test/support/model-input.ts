import fc from 'fast-check'
import type { ServiceModel, Shape } from '../../src/wire/model.js'

const DEEPEST = 5
const anything = fc.anything({ maxDepth: 2, maxKeys: 4 }).map(jsonOf)

/** What fast-check calls anything has values that JSON has not. */
function jsonOf(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null') as unknown
  } catch {
    return null
  }
}

/**
 * Inputs of an operation: near to what the model says, with a value of another kind here and there.
 * @param names texts that mean something to the server, such as ids: every second text is one of them
 */
export function inputOf(
  model: ServiceModel,
  operation: string,
  names: readonly string[] = [],
): fc.Arbitrary<unknown> {
  const any = fc.string({ unit: 'binary', maxLength: 40 })
  const text = names.length === 0 ? any : fc.oneof(any, fc.constantFrom(...names))
  const made = new Map<string, fc.Arbitrary<unknown>>()
  const ofShape = (name: string, depth: number): fc.Arbitrary<unknown> => {
    const id = `${name} ${depth}`
    const known = made.get(id)
    if (known) return known
    const shape = model.shapes[name]
    const own = shape && depth < DEEPEST ? good(shape, depth) : anything
    const mixed = fc.oneof({ weight: 12, arbitrary: own }, { weight: 1, arbitrary: anything })
    made.set(id, mixed)
    return mixed
  }
  const good = (shape: Shape, depth: number): fc.Arbitrary<unknown> => {
    switch (shape.type) {
      case 'structure': {
        const members = Object.entries(shape.members).map(
          ([name, { shape: of }]) => [name, ofShape(of, depth + 1)] as const,
        )
        const requiredKeys = shape.required ?? []
        return fc.record(Object.fromEntries(members), { requiredKeys: [...requiredKeys] })
      }
      case 'list':
        return fc.array(ofShape(shape.member, depth + 1), { maxLength: 3 })
      case 'map':
        return fc.dictionary(text, ofShape(shape.value, depth + 1), { maxKeys: 3 })
      case 'string':
        return shape.enum ? fc.constantFrom(...shape.enum) : text
      case 'boolean':
        return fc.boolean()
      case 'integer':
      case 'long':
        return fc.integer()
      case 'float':
      case 'double':
      case 'timestamp':
        return fc.double({ noNaN: true, noDefaultInfinity: true })
      case 'blob':
        return fc.base64String({ maxLength: 20 })
    }
  }
  const input = model.operations[operation]?.input
  return input === undefined ? anything : ofShape(input, 0)
}
