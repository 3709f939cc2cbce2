import fc from 'fast-check'

/** Columns of the flow logs, by what may be done with them. */
const NUMBERS = ['srcport', 'dstport', 'protocol', 'packets', 'bytes', 'start', '"end"'] as const
const TEXTS = ['srcaddr', 'dstaddr', 'action', 'interface_id', 'account_id'] as const

const from = <T>(...items: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...items)
const join = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc.tuple(...parts.map((p) => (typeof p === 'string' ? fc.constant(p) : p))).map((t) => t.join(''))

const literalText = from("'ACCEPT'", "'10.0.0.4'", "'eni-1'", "''", "'0'", "'é%_'")

const { number, text, time, test } = fc.letrec<{
  number: string
  text: string
  time: string
  test: string
}>((tie) => ({
  number: fc.oneof(
    { maxDepth: 3 },
    from(...NUMBERS),
    fc.integer({ min: -3, max: 70_000 }).map((n) => `(${n})`),
    join('(', tie('number'), from(' + ', ' - '), tie('number'), ')'),
    join('(', tie('number'), ' % ', tie('number'), ')'),
    join('(', tie('number'), ' // ', tie('number'), ')'),
    join('abs(', tie('number'), ')'),
    join('greatest(', tie('number'), ', ', tie('number'), ')'),
    join('coalesce(', tie('number'), ', ', tie('number'), ')'),
    join('nullif(', tie('number'), ', ', tie('number'), ')'),
    join('CASE WHEN ', tie('test'), ' THEN ', tie('number'), ' ELSE ', tie('number'), ' END'),
    join('length(', tie('text'), ')'),
    join('strpos(', tie('text'), ', ', literalText, ')'),
    join("date_diff('minute', ", tie('time'), ', ', tie('time'), ')'),
    join(
      "date_part('",
      from('hour', 'dow', 'isodow', 'doy', 'week', 'year'),
      "', ",
      tie('time'),
      ')',
    ),
    join('TRY_CAST(', tie('text'), ' AS BIGINT)'),
  ),
  text: fc.oneof(
    { maxDepth: 3 },
    from(...TEXTS),
    literalText,
    join('concat(', tie('text'), ', ', tie('text'), ')'),
    join('(', tie('text'), ' || ', tie('text'), ')'),
    join(from('upper', 'lower', 'trim', 'reverse', 'md5'), '(', tie('text'), ')'),
    join('substr(', tie('text'), ', ', from('1', '2', '9'), ', ', from('0', '3', '40'), ')'),
    join('split_part(', tie('text'), ", '.', ", from('1', '2', '-1', '7'), ')'),
    join('replace(', tie('text'), ", '.', '-')"),
    join('regexp_replace(', tie('text'), ", '[0-9]+', '<\\0>'", from('', ", 'g'"), ')'),
    join('regexp_extract(', tie('text'), ", '([0-9]+)\\.([0-9]+)', ", from('0', '1', '2'), ')'),
    join('CAST(', tie('number'), ' AS VARCHAR)'),
    join('strftime(', tie('time'), ", '%Y-%m-%dT%H:%M:%S')"),
    join('coalesce(', tie('text'), ', ', tie('text'), ')'),
  ),
  time: fc.oneof(
    { maxDepth: 2 },
    fc.constant('time'),
    fc.constant("TIMESTAMPTZ '2024-01-15 00:30:00Z'"),
    join("date_trunc('", from('hour', 'day', 'month', 'minute'), "', ", tie('time'), ')'),
    join(
      '(',
      tie('time'),
      from(' + ', ' - '),
      from("INTERVAL '90 minutes'", 'INTERVAL 2 DAY'),
      ')',
    ),
    join("time_bucket(INTERVAL '5 minutes', ", tie('time'), ')'),
  ),
  test: fc.oneof(
    { maxDepth: 3 },
    join('(', tie('number'), from(' = ', ' <> ', ' < ', ' >= '), tie('number'), ')'),
    join('(', tie('text'), from(' = ', ' < ', ' IS DISTINCT FROM '), tie('text'), ')'),
    join('(', tie('time'), from(' < ', ' >= '), tie('time'), ')'),
    join(
      '(',
      tie('text'),
      from(' LIKE ', ' NOT LIKE ', ' ILIKE '),
      from("'10.%'", "'%_.4'", "'a%'"),
      ')',
    ),
    join('regexp_matches(', tie('text'), ", '^[a-z0-9.-]+$')"),
    join('(', tie('text'), ' IN (', literalText, ', ', tie('text'), '))'),
    join('(', tie('number'), ' BETWEEN ', tie('number'), ' AND ', tie('number'), ')'),
    join('(', tie('text'), from(' IS NULL', ' IS NOT NULL'), ')'),
    join('(', tie('test'), from(' AND ', ' OR '), tie('test'), ')'),
    join('(NOT ', tie('test'), ')'),
  ),
}))

const any = fc.oneof(number, text, time)
const list = (of: fc.Arbitrary<string>, least: number): fc.Arbitrary<string[]> =>
  fc.array(of, { minLength: least, maxLength: 3 })
const aliased = (parts: readonly string[], letter: string): string =>
  parts.map((p, i) => `${p} AS ${letter}${i}`).join(', ')

const aggregate = fc.oneof(
  fc.constant('count(*)'),
  join(from('sum', 'min', 'max', 'avg', 'count'), '(', number, ')'),
  join(from('min', 'max'), '(', fc.oneof(text, time), ')'),
  join('count(DISTINCT ', any, ')'),
  join('sum(', number, ') FILTER (WHERE ', test, ')'),
  join('count_if(', test, ')'),
  join("string_agg(srcaddr, ',' ORDER BY srcaddr)"),
  join('list(dstport ORDER BY dstport DESC, start)'),
)

const plain = fc
  .tuple(list(any, 1), test)
  .map(([items, where]) => `SELECT ${aliased(items, 'a')} FROM aws_vpc_flow WHERE ${where}`)
const grouped = fc
  .tuple(list(any, 1), list(aggregate, 1), test)
  .map(
    ([keys, values, where]) =>
      `SELECT ${aliased(keys, 'k')}, ${aliased(values, 'v')} FROM aws_vpc_flow WHERE ${where} GROUP BY ALL`,
  )
const windowed = fc
  .tuple(from(...TEXTS), number, from('sum', 'min', 'max', 'count'))
  .map(
    ([part, value, f]) =>
      `SELECT srcport, start, ${f}(${value}) OVER (PARTITION BY ${part} ORDER BY start, srcport) AS w, row_number() OVER (PARTITION BY ${part} ORDER BY start DESC, srcport) AS r FROM aws_vpc_flow`,
  )
const joined = fc
  .tuple(from('JOIN', 'LEFT JOIN'), number, aggregate)
  .map(
    ([word, value, total]) =>
      `SELECT x.k, x.v, y.n FROM (SELECT interface_id AS k, ${value} AS v FROM aws_vpc_flow) x ${word} (SELECT interface_id AS k, ${total} AS n FROM aws_vpc_flow GROUP BY interface_id) y ON x.k = y.k`,
  )
const cut = fc
  .tuple(list(any, 1), fc.nat(5), fc.nat(3))
  .map(
    ([items, limit, offset]) =>
      `SELECT * FROM (SELECT DISTINCT ${aliased(items, 'a')} FROM aws_vpc_flow) ORDER BY ${items.map((_, i) => `a${i}${i % 2 ? ' DESC' : ''}`).join(', ')} LIMIT ${limit} OFFSET ${offset}`,
  )
const united = fc
  .tuple(text, text, from('UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT'))
  .map(([a, b, word]) => `SELECT ${a} AS t FROM aws_vpc_flow ${word} SELECT ${b} FROM aws_vpc_flow`)

/** A query over the flow logs, in the SQL that both engines have. */
export const randomSql = fc.oneof(plain, grouped, windowed, joined, cut, united)
