import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BothEngines, openBoth, SPARK_MS } from '../../../test/support/both-engines.js'
import { rowsOf } from '../../../test/support/lake.js'
import { query } from '../query.js'

const root = mkdtempSync(join(tmpdir(), 'headrig-serdes-'))
let both: BothEngines
let count = 0

beforeAll(async () => {
  both = await openBoth(root)
}, SPARK_MS)
afterAll(async () => {
  await both.close()
  rmSync(root, { recursive: true, force: true })
})

const run = (sql: string): Promise<unknown[][]> => both.run({ sql, dialect: 'athena', cwd: root })

/** A table over files with this content; gives its name. */
async function table(
  columns: string,
  clauses: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const name = `t${count++}`
  for (const [path, content] of Object.entries(files)) {
    const full = join(root, name, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, path.endsWith('.gz') ? gzipSync(content) : content)
  }
  const row = clauses.startsWith('SERDE') ? `ROW FORMAT ${clauses}` : clauses
  await run(`CREATE EXTERNAL TABLE ${name} (${columns}) ${row} LOCATION '${name}/'`)
  return name
}

const HIVE_JSON = "SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'"
const OPENX = "SERDE 'org.openx.data.jsonserde.JsonSerDe'"

describe('JSON lines', { timeout: SPARK_MS }, () => {
  const lines = [
    '{"Id":7,"UserName":"ada","Tags":["a","b"],"Attr":{"K":"v","n":2},"Evt":{"Deep":{"List":[{"X":1},{"x":2}]}}}',
    '{"id":null,"username":"é\\u00e9","tags":null,"attr":{},"extra":{"a":1}}',
    '',
    '{"ID":9007199254740993,"UserName":{"not":"text"},"Tags":"no list"}',
  ].join('\n')
  const columns =
    'id bigint, username string, tags array<string>, attr map<string,string>, evt struct<deep:struct<list:array<struct<x:int>>>>'

  it.each([HIVE_JSON, OPENX])('finds keys whatever their capitals (%s)', async (serde) => {
    const name = await table(columns, serde, { 'a.json': lines, 'sub/b.json.gz': '{"id":1}\n' })
    expect(await run(`SELECT * FROM ${name} ORDER BY id NULLS LAST`)).toEqual([
      [1, null, null, null, null],
      [7, 'ada', ['a', 'b'], { K: 'v', n: '2' }, { deep: { list: [{ x: 1 }, { x: 2 }] } }],
      ['9007199254740993', '{"not":"text"}', null, null, null],
      [null, 'éé', null, {}, null],
    ])
    expect(await run(`SELECT evt.deep.list[2].x AS x FROM ${name} WHERE id = 7`)).toEqual([[2]])
  })

  it('fails on a line that is no JSON, with the file, unless it is told to ignore it', async () => {
    const bad = { 'a.json': '{"a":1}\n{"a":\n{"a":3}\n' }
    const strict = await table('a int', OPENX, bad)
    await expect(run(`SELECT sum(a) FROM ${strict}`)).rejects.toThrow(
      /t\d+: a line of .*a\.json is no JSON \(set 'ignore\.malformed\.json' to read it as nulls\): {"a":/,
    )
    const lenient = await table(
      'a int',
      `${OPENX} WITH SERDEPROPERTIES ('ignore.malformed.json'='true')`,
      bad,
    )
    expect(await run(`SELECT a FROM ${lenient} ORDER BY a NULLS LAST`)).toEqual([[1], [3], [null]])
  })

  it('fails on a value of another type, unless it is to be null', async () => {
    const bad = { 'a.json': '{"a":"x"}\n{"a":"2"}\n' }
    const strict = await table('a int', HIVE_JSON, bad)
    await expect(run(`SELECT a FROM ${strict}`)).rejects.toMatchObject({ kind: 'invalid' })
    const lenient = await table(
      'a int',
      `${OPENX} WITH SERDEPROPERTIES ('use.null.for.invalid.data'='true')`,
      bad,
    )
    expect(await run(`SELECT a FROM ${lenient} ORDER BY a`)).toEqual([[2], [null]])
  })

  it('maps names to keys, and dots to underscores', async () => {
    const name = await table(
      'time_stamp string, a_b int, inner struct<from_key:int>',
      `${OPENX} WITH SERDEPROPERTIES ('mapping.time_stamp'='TS', 'dots.in.keys'='true', 'mapping.from_key'='from', 'paths'='TS,a.b')`,
      { 'a.json': '{"ts":"x","a.b":1,"inner":{"from":5}}\n' },
    )
    expect(await run(`SELECT * FROM ${name}`)).toEqual([['x', 1, { from_key: 5 }]])
  })

  it('tells keys apart by their capitals when it is told to', async () => {
    const name = await table(
      'a int, b int',
      `${OPENX} WITH SERDEPROPERTIES ('case.insensitive'='FALSE', 'mapping.b'='A')`,
      { 'a.json': '{"a":1,"A":2}\n' },
    )
    expect(await run(`SELECT * FROM ${name}`)).toEqual([[1, 2]])
  })
})

describe('delimited text', { timeout: SPARK_MS }, () => {
  it('cuts nested values, escapes and nulls', async () => {
    const name = await table(
      'a string, n int, l array<int>, m map<string,int>, s struct<x:string,y:int>',
      String.raw`ROW FORMAT DELIMITED FIELDS TERMINATED BY '|' ESCAPED BY '\\' COLLECTION ITEMS TERMINATED BY ',' MAP KEYS TERMINATED BY ':' NULL DEFINED AS 'NIL'`,
      { 'a.txt': 'p\\|q\\\\|1.5|1,x,3|k:1,l:2|v,7|too|many\r\nNIL| 12||\n' },
    )
    expect(await run(`SELECT * FROM ${name} ORDER BY a NULLS LAST`)).toEqual([
      ['p|q\\', null, [1, null, 3], { k: 1, l: 2 }, { x: 'v', y: 7 }],
      [null, 12, [], {}, null],
    ])
  })

  it('is at \\001 when nothing is said', async () => {
    const name = await table('a string, b double', '', { x: 'u\u00011.5\n\u0001\n' })
    expect(await run(`SELECT * FROM ${name} ORDER BY b`)).toEqual([
      ['u', 1.5],
      ['', null],
    ])
  })
})

describe('OpenCSV', { timeout: SPARK_MS }, () => {
  const serde = "SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'"

  it('reads quoted values, and times as numbers', async () => {
    const name = await table(
      'a string, b string, n int, t timestamp, d date',
      `${serde} WITH SERDEPROPERTIES ('separatorChar'=';')`,
      { 'a.csv': '"x;y";"say ""hi""";"3";1705305600000;19737\n"";short\nx;y;z;;;more\n' },
    )
    expect(await run(`SELECT * FROM ${name} ORDER BY a`)).toEqual([
      ['', 'short', null, null, null],
      ['x', 'y', null, null, null],
      ['x;y', 'say "hi"', 3, '2024-01-15T08:00:00Z', '2024-01-15'],
    ])
  })
})

describe('patterns', { timeout: SPARK_MS }, () => {
  it('give nulls for a line that does not match as a whole', async () => {
    const name = await table(
      'ip string, status int, agent string',
      String.raw`SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe' WITH SERDEPROPERTIES ('input.regex'='([^ ]*) (?:- )?(\\d+) \"([^\"]*)\"')`,
      { 'a.log': '192.0.2.1 - 200 "curl/8"\n192.0.2.1 200 "x" more\n192.0.2.2 404 ""\n' },
    )
    expect(await run(`SELECT * FROM ${name} ORDER BY status NULLS LAST`)).toEqual([
      ['192.0.2.1', 200, 'curl/8'],
      ['192.0.2.2', 404, ''],
      [null, null, null],
    ])
  })

  it('refuse a pattern that does not fit the columns or looks around', async () => {
    const serde = (regex: string): string =>
      `SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe' WITH SERDEPROPERTIES ('input.regex'='${regex}')`
    await expect(table('a string', serde('(a)(b)'), {})).rejects.toThrow(
      /has 2 groups in parentheses for 1 columns/,
    )
    await expect(table('a string', serde('(a)(?=b)'), {})).rejects.toThrow(/looks ahead or behind/)
    await expect(table('a string', serde('(a[)'), {})).rejects.toThrow(/t\d+/)
  })

  it('of Grok are taken by their names', async () => {
    const name = await table(
      'size int, verb string, host string, level string',
      String.raw`SERDE 'com.amazonaws.glue.serde.GrokSerDe' WITH SERDEPROPERTIES ('input.grokCustomPatterns'='LVL (?:HI|LO)\nQUOTED "%{DATA:verb}"', 'input.format'='%{IPORHOST:host} \\[%{HTTPDATE:at}\\] %{QUOTED} %{INT:size:int}(?: %{LVL:level})?')`,
      {
        'a.log':
          '192.0.2.1 [15/Jan/2024:08:00:00 +0000] "GET /x" 12 HI\n2001:db8::1 [1/Feb/2024:23:59:59 -0500] "" 3\nnope\n',
      },
    )
    expect(await run(`SELECT * FROM ${name} ORDER BY size NULLS LAST`)).toEqual([
      [3, '', '2001:db8::1', ''],
      [12, 'GET /x', '192.0.2.1', 'HI'],
      [null, null, null, null],
    ])
    await expect(
      table(
        'a string',
        "SERDE 'com.amazonaws.glue.serde.GrokSerDe' WITH SERDEPROPERTIES ('input.format'='%{WRD:a}')",
        {},
      ),
    ).rejects.toThrow('there is no grok pattern "WRD": did you mean "WORD"')
  })
})

describe('Parquet', { timeout: SPARK_MS }, () => {
  it('takes columns by name, and null for those that a file lacks', async () => {
    const name = await table(
      'b int, A string, missing double, s struct<y:int,x:string>',
      'STORED AS PARQUET',
      {},
    )
    const connection = await (await both.context.engine()).connect()
    mkdirSync(join(root, name))
    const copy = (select: string, file: string) =>
      connection.run(`COPY (${select}) TO '${join(root, name, file)}' (FORMAT parquet)`)
    await copy(`SELECT 'one' AS a, 1::BIGINT AS "B", {'x': 'p', 'y': 5} AS s`, '1.parquet')
    await copy(`SELECT 'two' AS a`, '2.parquet')
    connection.closeSync()
    expect(await run(`SELECT * FROM ${name} ORDER BY a`)).toEqual([
      [1, 'one', null, { y: 5, x: 'p' }],
      [null, 'two', null, null],
    ])
  })
})

describe('what is not supported', { timeout: SPARK_MS }, () => {
  it.each([
    [
      "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.avro.AvroSerDe'",
      /the SerDe ".*AvroSerDe" is not supported: use com\.amazon\.emr/,
    ],
    [
      `ROW FORMAT ${HIVE_JSON} WITH SERDEPROPERTIES ('mapping.a'='b')`,
      /the property of .*JsonSerDe "mapping\.a" is not supported: use ignore\.malformed\.json/,
    ],
    [
      "STORED AS INPUTFORMAT 'x.Y' OUTPUTFORMAT 'z'",
      /the input format "x\.Y" is not supported: use org/,
    ],
    [
      `ROW FORMAT ${OPENX} WITH SERDEPROPERTIES ('dots.in.keys'='maybe')`,
      /"dots\.in\.keys" is "maybe": write true or false/,
    ],
    [
      "ROW FORMAT DELIMITED FIELDS TERMINATED BY 'ab'",
      /"field\.delim" is "ab": write one character/,
    ],
  ])('is named: %s', async (clauses, message) => {
    await expect(
      run(`CREATE EXTERNAL TABLE nope (a string) ${clauses} LOCATION 'x'`),
    ).rejects.toThrow(message)
  })

  it('compressions too', async () => {
    const name = await table('a string', '', { 'a.log.bz2': 'x' })
    await expect(run(`SELECT * FROM ${name}`)).rejects.toThrow(/a\.log\.bz2 is compressed in a way/)
  })
})

describe('statements', { timeout: SPARK_MS }, () => {
  it('answer as Hive does', async () => {
    const name = await table("a string COMMENT 'x', b array<int>", '', { x: '1\n' })
    expect(await run(`DESCRIBE ${name}`)).toEqual([
      ['a', 'string', 'x'],
      ['b', 'array<int>', ''],
    ])
    expect((await run('SHOW TABLES')).flat()).toContain(name)
    expect((await run(`SHOW CREATE TABLE ${name}`))[0]).toEqual([
      `CREATE EXTERNAL TABLE \`${name}\`(`,
    ])
    await expect(run(`CREATE EXTERNAL TABLE ${name} (a int) LOCATION 'x'`)).rejects.toMatchObject({
      kind: 'conflict',
    })
    expect(await run(`CREATE EXTERNAL TABLE IF NOT EXISTS ${name} (a int) LOCATION 'x'`)).toEqual([
      [`table ${name} is there already`],
    ])
    await run(`ALTER TABLE ${name} SET TBLPROPERTIES ('skip.header.line.count'='1')`)
    expect(await run(`SELECT count(*) FROM ${name}`)).toEqual([[0]])
    expect(await run(`SHOW TBLPROPERTIES ${name}`)).toEqual([['skip.header.line.count', '1']])
    await run(`DROP TABLE ${name}`)
    await expect(run(`SELECT * FROM ${name}`)).rejects.toThrow(/no table "t\d+" in this lake/)
    await expect(run(`DROP TABLE ${name}`)).rejects.toMatchObject({ kind: 'not-found' })
    expect(await run(`DROP TABLE IF EXISTS ${name}`)).toEqual([[`there is no table ${name}`]])
  })

  it('find partitions in folders, and tell new ones', async () => {
    const name = await table('a string) PARTITIONED BY (year int, kind string', '', {
      'year=2024/kind=x/a': 'one\n',
      'year=2025/kind=y%2Fz/a': 'two\n',
    })
    expect(await run(`SELECT * FROM ${name}`)).toEqual([])
    expect(await run(`MSCK REPAIR TABLE ${name}`)).toEqual([
      ['year=2024/kind=x'],
      ['year=2025/kind=y%2Fz'],
    ])
    expect(await run(`MSCK REPAIR TABLE ${name}`)).toEqual([])
    expect(await run(`SELECT * FROM ${name} WHERE year >= 2025`)).toEqual([['two', 2025, 'y/z']])
    await run(`ALTER TABLE ${name} DROP PARTITION (year=2025)`)
    expect(await run(`SHOW PARTITIONS ${name}`)).toEqual([['year=2024/kind=x']])
  })
})

describe('other logs as AWS documents them', { timeout: SPARK_MS }, () => {
  it('S3 server access logs, by a pattern', async () => {
    const columns =
      'bucketowner bucket_name requestdatetime remoteip requester requestid operation key request_uri httpstatus errorcode bytessent objectsize totaltime turnaroundtime referrer useragent versionid hostid sigv ciphersuite authtype endpoint tlsversion accesspointarn aclrequired'
        .split(' ')
        .map((name) => `\`${name}\` string`)
    const name = await table(
      columns.join(', '),
      String.raw`SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe' WITH SERDEPROPERTIES ('serialization.format'='1', 'input.regex'='([^ ]*) ([^ ]*) \\[(.*?)\\] ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) (\"[^\"]*\"|-) (-|[0-9]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) (\"[^\"]*\"|-) ([^ ]*)(?: ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*))?.*$')
        STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat' OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'`,
      {
        log: 'owner b1 [15/Jan/2024:08:00:00 +0000] 192.0.2.1 arn:aws:iam::111122223333:user/ada REQ1 REST.GET.OBJECT k "GET /k HTTP/1.1" 200 - 12 34 5 6 - "aws-cli/2" - HOST SigV4 TLS AuthHeader ep TLSv1.3 - Yes\n',
      },
    )
    expect(
      await run(
        `SELECT requestdatetime, operation, request_uri, httpstatus, useragent, tlsversion, aclrequired FROM ${name}`,
      ),
    ).toEqual([
      [
        '15/Jan/2024:08:00:00 +0000',
        'REST.GET.OBJECT',
        '"GET /k HTTP/1.1"',
        '200',
        '"aws-cli/2"',
        'TLSv1.3',
        'Yes',
      ],
    ])
  })

  it('flow logs as Parquet in Hive-compatible folders', async () => {
    const name = await table(
      `version int, srcaddr string, dstport int, \`end\` bigint) PARTITIONED BY (\`aws-account-id\` string, \`aws-region\` string, year string, day string`,
      `ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
        STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat'
        OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'`,
      {},
    )
    const connection = await (await both.context.engine()).connect()
    for (const day of ['14', '15']) {
      const folder = join(
        root,
        name,
        `aws-account-id=111122223333/aws-region=us-east-1/year=2024/day=${day}`,
      )
      mkdirSync(folder, { recursive: true })
      await connection.run(
        `COPY (SELECT 2 AS version, '192.0.2.1' AS srcaddr, 443 AS dstport, ${day}::BIGINT AS "end") TO '${folder}/a.parquet' (FORMAT parquet)`,
      )
    }
    connection.closeSync()
    await run(`MSCK REPAIR TABLE ${name}`)
    const sql = `SELECT "aws-region", day, "end" FROM ${name} WHERE day = '15'`
    expect(await run(sql)).toEqual([['us-east-1', '15', 15]])
    const answer = await query({ sql, dialect: 'athena' }, both.context)
    expect((await rowsOf(answer)).length).toBe(1)
    expect(answer.io.externals).toMatchObject([{ partitions: 1, files: 1 }])
  })
})
