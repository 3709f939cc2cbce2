import type { AwsError } from './aws-error.js'
import type { ServiceModel, Shape } from './model.js'
import type { Json, JsonObject } from './service.js'

export const XML_CONTENT_TYPE = 'text/xml'

type Shapes = Readonly<Record<string, Shape>>

/** The answer of an operation as the Query protocol has it; its output was cut to the model. */
export function queryAnswer(
  model: ServiceModel,
  operation: string,
  output: JsonObject,
  requestId: string,
): string {
  const shape = model.operations[operation]?.output
  const result = shape
    ? `<${operation}Result>${content(model.shapes, shape, output)}</${operation}Result>`
    : ''
  return `<${operation}Response xmlns="${escape(model.xmlNamespace ?? '')}">${result}<ResponseMetadata><RequestId>${escape(requestId)}</RequestId></ResponseMetadata></${operation}Response>`
}

/** An error as the Query protocol has it. */
export function queryError(
  error: Pick<AwsError, 'code' | 'message' | 'status'>,
  namespace: string,
  requestId: string,
): string {
  const fault = error.status >= 500 ? 'Receiver' : 'Sender'
  return `<ErrorResponse xmlns="${escape(namespace)}"><Error><Type>${fault}</Type><Code>${escape(error.code)}</Code><Message>${escape(error.message)}</Message></Error><RequestId>${escape(requestId)}</RequestId></ErrorResponse>`
}

function content(shapes: Shapes, name: string, value: Json): string {
  const shape = shapes[name]
  if (shape?.type === 'structure')
    return Object.entries(shape.members)
      .map(([member, { shape: of }]) => {
        const own = (value as JsonObject)[member]
        return own === undefined || own === null
          ? ''
          : `<${member}>${content(shapes, of, own)}</${member}>`
      })
      .join('')
  if (shape?.type === 'list')
    return (value as readonly Json[])
      .map((member) => `<member>${content(shapes, shape.member, member)}</member>`)
      .join('')
  if (shape?.type === 'timestamp')
    return new Date(Number(value) * 1000).toISOString().replace('.000Z', 'Z')
  return escape(typeof value === 'string' ? value : JSON.stringify(value))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/** XML has no place for control characters: they become U+FFFD. */
function escape(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char)
  )
}
