import { defineFormat } from './format.js'

/**
 * The template: copy this file, rename it, say what your records hold, and add it to `index.ts`.
 * It reads JSON lines such as `{"at":"2024-01-15T08:00:00Z","who":"ada","said":"hello","from_ip":"192.0.2.7"}`.
 */
export const helloWorld = defineFormat({
  id: 'hello_world',
  title: 'Hello, world',
  doc: 'Greetings, one JSON object a line: the template for a log type of your own.',
  framing: { kind: 'json', containers: [], envelopes: [] },
  columns: {
    who: { type: 'string', from: 'who', doc: 'Who greets.', hot: true },
    said: { type: 'string', from: 'said', doc: 'The greeting.' },
    volume: { type: 'int', from: 'volume', doc: 'How loud it was, 0 to 11.' },
  },
  common: {
    time: { from: 'at', via: 'iso-time' },
    actor: ['who'],
    source_ip: ['from_ip'],
  },
  ocsf: { class: 'base_event', map: { time: 'time', 'metadata.uid': 'event_id', message: 'said' } },
  detection: {
    rules: [
      {
        head: [/^[\t\n\r ]*\{[^\n]*"said"[\t\n\r ]*:/, /"at"[\t\n\r ]*:/],
        score: 0.9,
        reason: 'JSON lines with `said` and `at`',
      },
    ],
    otherwise: 'no JSON line with `said` and `at`',
  },
})
