import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cut } from './cut.js'
import { loadModel } from './load-model.js'
import type { Json } from './service.js'
import { validators } from './validate.js'

const model = loadModel('emr')
const validatorOf = validators(model)
const operations = Object.keys(model.operations)

function refusal(operation: string, input: Json): string {
  try {
    validatorOf(operation)(input)
  } catch (error) {
    return `${(error as { code?: string }).code}: ${(error as Error).message}`
  }
  return 'none'
}

test('every operation compiles', () => {
  expect(operations).toHaveLength(65)
  for (const service of ['emr', 'sts', 'cloudtrail'] as const) {
    const each = loadModel(service)
    const of = validators(each)
    for (const name of Object.keys(each.operations))
      expect(() => of(name)([]), name).toThrow('Expected a structure')
  }
})

test('every broken constraint is told in one message, in the words of AWS', () => {
  const input = {
    JobFlowId: 'x'.repeat(300),
    Steps: [{ Name: 'a', HadoopJarStep: { Jar: 'b' }, ActionOnFailure: 'EXPLODE' }, { Name: 'c' }],
  }
  expect(refusal('AddJobFlowSteps', input)).toBe(
    "ValidationException: 3 validation errors detected: Value '" +
      `${'x'.repeat(200)}...` +
      "' at 'jobFlowId' failed to satisfy constraint: Member must have length less than or equal to 256; " +
      "Value 'EXPLODE' at 'steps.1.member.actionOnFailure' failed to satisfy constraint: Member must satisfy enum value set: [TERMINATE_JOB_FLOW, TERMINATE_CLUSTER, CANCEL_AND_WAIT, CONTINUE]; " +
      "Value null at 'steps.2.member.hadoopJarStep' failed to satisfy constraint: Member must not be null",
  )
  expect(refusal('RunJobFlow', { Name: null, Instances: {} })).toBe(
    "ValidationException: 1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
  )
})

test('a value of another kind cannot be read', () => {
  expect(refusal('RunJobFlow', { Name: 5, Instances: {} })).toBe(
    "SerializationException: NUMBER_VALUE can not be converted to String (at 'name')",
  )
  expect(refusal('AddJobFlowSteps', { JobFlowId: 'j', Steps: {} })).toBe(
    "SerializationException: Expected list or null, got a object (at 'steps')",
  )
  expect(refusal('RunJobFlow', { Name: 'a', Instances: { InstanceCount: 1.5 } })).toBe(
    "SerializationException: 1.5 can not be converted to integer (at 'instances.instanceCount')",
  )
  expect(refusal('RunJobFlow', { Name: 'a', Instances: { InstanceCount: 2 ** 31 } })).toContain(
    'can not be converted',
  )
})

test('what the model does not know is dropped, what is null counts as absent', () => {
  expect(
    validatorOf('DescribeCluster')(
      JSON.parse('{"ClusterId":"j-1","Extra":1,"__proto__":{"x":1}}') as Json,
    ),
  ).toEqual({ ClusterId: 'j-1' })
  expect(validatorOf('ListClusters')({ Marker: null })).toEqual({})
  expect(refusal('AddTags', { ResourceId: 'j-1', Tags: [null] })).toContain(
    "Value null at 'tags.1.member' failed",
  )
})

test('a shape that holds itself is bounded', () => {
  let configuration: Record<string, Json> = {}
  for (let i = 0; i < 40; i++) configuration = { Configurations: [configuration] }
  expect(
    refusal('RunJobFlow', { Name: 'a', Instances: {}, Configurations: [configuration] }),
  ).toContain('nested deeper than 32')
})

test('emoji are characters, control characters are not', () => {
  expect(refusal('RunJobFlow', { Name: 'run \u{1f680}', Instances: {} })).toBe('none')
  expect(refusal('RunJobFlow', { Name: 'run \u0007', Instances: {} })).toContain(
    'satisfy regular expression pattern',
  )
})

test('secrets are not repeated in messages', () => {
  const sts = validators(loadModel('cloudtrail'))
  expect(() => sts('LookupEvents')({ MaxResults: 51 })).toThrow('less than or equal to 50')
  const of = validators({
    ...model,
    operations: { Op: { input: 'In' } },
    shapes: {
      In: { type: 'structure', members: { Password: { shape: 'Secret' } } },
      Secret: { type: 'string', sensitive: true, max: 3 },
    },
  })
  expect(() => of('Op')({ Password: 'hunter2' })).toThrow("Value at 'password' failed")
})

test('no pattern of a model repeats a repetition: each is tried in time that grows with the text', () => {
  const patterns = (['emr', 'sts', 'cloudtrail'] as const).flatMap((service) =>
    Object.values(loadModel(service).shapes).flatMap((shape) =>
      shape.type === 'string' && shape.pattern !== undefined ? [shape.pattern] : [],
    ),
  )
  const repeated = /\((?:[^()\\]|\\.)*[+*}](?:[^()\\]|\\.)*\)[+*{]/
  expect(patterns.length).toBeGreaterThan(50)
  expect(patterns.filter((pattern) => repeated.test(pattern))).toEqual([])
  expect('(a+)+').toMatch(repeated)
})

test('any JSON is taken or refused by name', () => {
  const json = fc.jsonValue({ maxDepth: 5 })
  fc.assert(
    fc.property(fc.constantFrom(...operations), json, (operation, value) => {
      expect(refusal(operation, value as Json)).toMatch(
        /^(none|ValidationException: |SerializationException: )/,
      )
    }),
    { numRuns: 2000 },
  )
})

test('any value for any member of a request is taken or refused by name', () => {
  const place = fc.constantFrom(...operations).chain((operation) => {
    const shape = model.shapes[model.operations[operation]?.input ?? '']
    const members = shape?.type === 'structure' ? Object.keys(shape.members) : []
    return fc.tuple(
      fc.constant(operation),
      fc.dictionary(fc.constantFrom('x', ...members), fc.jsonValue({ maxDepth: 4 })),
    )
  })
  fc.assert(
    fc.property(place, ([operation, value]) => {
      expect(refusal(operation, value as Json)).toMatch(
        /^(none|ValidationException: |SerializationException: )/,
      )
    }),
    { numRuns: 2000 },
  )
})

test('an answer holds what its model knows', () => {
  expect(
    cut(
      model,
      'DescribeCluster',
    )({
      Cluster: {
        Id: 'j-1',
        Status: { State: 'RUNNING', own: 1 },
        Name: null,
        Tags: [{ Key: 'a', x: 1 }],
      },
      internal: 1,
    }),
  ).toEqual({ Cluster: { Id: 'j-1', Status: { State: 'RUNNING' }, Tags: [{ Key: 'a' }] } })
  expect(cut(model, 'TerminateJobFlows')({ a: 1 })).toEqual({})
})
