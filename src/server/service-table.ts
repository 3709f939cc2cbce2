import { AwsError } from '../wire/aws-error.js'
import { cut } from '../wire/cut.js'
import type { AwsOperation, AwsService, JsonObject } from '../wire/service.js'
import { validators, type Validator } from '../wire/validate.js'

/** An operation of a service, ready to be called. */
export interface Route {
  readonly service: AwsService
  readonly protocol: 'json' | 'query'
  readonly name: string
  /** Undefined for what the model has and we have not. */
  readonly operation: AwsOperation | undefined
  readonly validate: Validator
  readonly cut: (output: JsonObject) => JsonObject
}

/** Finds operations by what a request says it is for. */
export interface ServiceTable {
  /** The service of an `X-Amz-Target`. */
  serviceOf(targetPrefix: string): AwsService | undefined
  /** The service of the Query protocol that has this version of the API. */
  queryServiceOf(version: string): AwsService | undefined
  /** @throws AwsError `UnknownOperationException`, or `InvalidAction` in the Query protocol */
  route(service: AwsService, name: string): Route
}

/** Compiles the services that a server speaks. */
export function serviceTable(services: readonly AwsService[]): ServiceTable {
  const routes = new Map<AwsService, ReadonlyMap<string, Route>>(
    services.map((service) => [service, routesOf(service)]),
  )
  const byPrefix = new Map(
    services.flatMap((service) => prefixesOf(service).map((prefix) => [prefix, service])),
  )
  return {
    serviceOf: (prefix) => (prefix === '' ? undefined : byPrefix.get(prefix)),
    queryServiceOf: (version) =>
      services.find(({ model }) => model.protocol === 'query' && model.apiVersion === version),
    route(service, name) {
      const route = routes.get(service)?.get(name)
      if (!route) throw unknownOperation(service, name)
      return route
    },
  }
}

/** As the model has it, and without the namespace, as newer SDKs write it. */
function prefixesOf({ model }: AwsService): readonly string[] {
  const prefix = model.targetPrefix ?? ''
  return [prefix, prefix.slice(prefix.lastIndexOf('.') + 1)]
}

function routesOf(service: AwsService): ReadonlyMap<string, Route> {
  const { model, operations } = service
  const validatorOf = validators(model)
  const protocol = model.protocol === 'query' ? 'query' : 'json'
  return new Map(
    Object.keys(model.operations).map((name) => [
      name,
      {
        service,
        protocol,
        name,
        operation: Object.hasOwn(operations, name) ? operations[name] : undefined,
        validate: validatorOf(name),
        cut: cut(model, name),
      },
    ]),
  )
}

function unknownOperation({ model }: AwsService, name: string): AwsError {
  const shown = JSON.stringify(name.slice(0, 128))
  return model.protocol === 'query'
    ? new AwsError(
        'InvalidAction',
        `Could not find operation ${shown} for version ${model.apiVersion}`,
      )
    : new AwsError('UnknownOperationException', `${model.serviceId} has no operation ${shown}`)
}
