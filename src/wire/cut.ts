import type { ServiceModel, Shape } from './model.js'
import type { Json, JsonObject } from './service.js'

/**
 * The part of an operation's output that its model knows: nothing of our own leaves the server by
 * accident. Undefined and null members are left out.
 * @example cut(model, 'DescribeCluster')({ Cluster: {}, internal: 1 }) // { Cluster: {} }
 */
export function cut(model: ServiceModel, operation: string): (output: JsonObject) => JsonObject {
  const name = model.operations[operation]?.output
  if (name === undefined) return () => ({})
  return (output) => cutValue(model.shapes, name, output) as JsonObject
}

function cutValue(shapes: Readonly<Record<string, Shape>>, name: string, value: Json): Json {
  const shape = shapes[name]
  if (typeof value !== 'object' || value === null || !shape) return value
  switch (shape.type) {
    case 'structure': {
      const kept: Record<string, Json> = {}
      for (const member in shape.members) {
        const of = shape.members[member]?.shape
        const own = (value as JsonObject)[member]
        if (of !== undefined && own !== undefined && own !== null)
          kept[member] = cutValue(shapes, of, own)
      }
      return kept
    }
    case 'list':
      return Array.isArray(value)
        ? (value as readonly Json[]).map((member) => cutValue(shapes, shape.member, member))
        : value
    case 'map':
      return Object.fromEntries(
        Object.entries(value).flatMap(([key, member]) =>
          member === null || member === undefined
            ? []
            : [[key, cutValue(shapes, shape.value, member as Json)]],
        ),
      )
    case 'string':
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
    case 'boolean':
    case 'timestamp':
    case 'blob':
      return value
  }
}
