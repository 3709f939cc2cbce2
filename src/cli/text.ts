import {
  ArgumentScannerError,
  formatMessageForArgumentScannerError,
  text_en,
  type ApplicationText,
} from '@stricli/core'
import { didYouMean } from '../core/closest.js'
import { messageOf } from '../core/errors.js'
import { renderError } from './render-error.js'

/** What the argument parser says, in the manner of our own errors. */
export function cliText(debug: boolean): ApplicationText {
  const thrown = (error: unknown): string => renderError(error, debug)
  return {
    ...text_en,
    noCommandRegisteredForInput: ({ input, corrections }) =>
      `error: unknown command ${quoted(input)}${meant(corrections)} (headrig --help lists them)`,
    exceptionWhileParsingArguments: (error) =>
      error instanceof ArgumentScannerError ? `error: ${scannerMessage(error)}` : thrown(error),
    exceptionWhileLoadingCommandFunction: thrown,
    exceptionWhileLoadingCommandContext: thrown,
    exceptionWhileRunningCommand: thrown,
    commandErrorResult: thrown,
  }
}

function scannerMessage(error: ArgumentScannerError): string {
  return formatMessageForArgumentScannerError(error, {
    FlagNotFoundError: ({ input, corrections }) =>
      `unknown flag --${input}${meant(corrections.map((c) => `--${c}`))}`,
    AliasNotFoundError: ({ input }) => `unknown flag -${input}`,
    ArgumentParseError: ({ externalFlagNameOrPlaceholder: name, exception }) =>
      `--${name}: ${messageOf(exception)}`,
    EnumValidationError: ({ externalFlagName: name, input, values }) =>
      `--${name}: ${quoted(input)} is none of ${values.join(', ')}${didYouMean(input, values)}`,
    UnsatisfiedFlagError: ({ externalFlagName: name }) => `--${name}: a value is missing`,
    UnexpectedPositionalError: ({ input, expectedCount }) =>
      `too many arguments: expected ${expectedCount}, then came ${quoted(input)} (put SQL and globs in quotes)`,
    UnsatisfiedPositionalError: ({ placeholder }) => `<${placeholder}> is missing: see --help`,
    InvalidNegatedFlagSyntaxError: ({ externalFlagName: name }) => `--${name} takes no value`,
    UnexpectedFlagError: ({ externalFlagName: name, previousInput, input }) =>
      `--${name} was given twice: ${quoted(previousInput)} and ${quoted(input)}`,
  })
}

const quoted = (text: string): string => JSON.stringify(text)
const meant = (words: readonly string[]): string =>
  words.length === 0 ? '' : `: did you mean ${words.join(' or ')}?`
