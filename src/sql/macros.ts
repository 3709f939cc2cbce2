/**
 * Functions of Trino (and so of Athena) that DuckDB lacks, or has with another meaning. Those named in
 * `SHADOWED` are kept from the SQL library, so that they reach these.
 */
export const TRINO_MACROS: readonly string[] = [
  // Text that is no JSON gives no value, and so does a part that is not a scalar.
  `json_extract_scalar(j, p) AS CASE WHEN json_valid(j) AND coalesce(json_type(j, p), 'NULL') NOT IN ('OBJECT', 'ARRAY') THEN json_extract_string(j, p) END`,
  `json_extract(j, p) AS CASE WHEN json_valid(j) THEN json_extract_path(j, p) END`,
  `json_parse(j) AS CAST(j AS JSON)`,
  `json_size(j, p) AS CASE json_type(j, p) WHEN 'ARRAY' THEN json_array_length(j, p) WHEN 'OBJECT' THEN len(json_keys(j, p)) END`,
  `json_array_contains(j, v) AS list_contains(json_extract_string(j, '$[*]'), CAST(v AS VARCHAR))`,
  `is_json_scalar(j) AS json_type(j) NOT IN ('OBJECT', 'ARRAY')`,
  `to_iso8601(t) AS CASE typeof(t) WHEN 'DATE' THEN strftime(t, '%Y-%m-%d') WHEN 'TIMESTAMP' THEN strftime(t, '%Y-%m-%dT%H:%M:%S.%g') ELSE strftime(t, '%Y-%m-%dT%H:%M:%S.%gZ') END`,
  `at_timezone(t, z) AS t AT TIME ZONE z`,
  `with_timezone(t, z) AS t AT TIME ZONE z`,
  `element_at(c, k) AS c[k]`,
  `cardinality(c) AS len(c)`,
  `array_join(a, s) AS array_to_string(a, s)`,
  `slice(a, s, n) AS list_slice(a, s, s + n - 1)`,
  `sequence(a, b) AS generate_series(a, b), (a, b, s) AS generate_series(a, b, s)`,
  `approx_percentile(x, p) AS approx_quantile(x, p)`,
  `map_agg(k, v) AS map(list(k), list(v))`,
  `bitwise_and(a, b) AS a & b`,
  `bitwise_or(a, b) AS a | b`,
  `codepoint(c) AS unicode(c)`,
  `to_hex(b) AS hex(b)`,
  `url_extract_host(u) AS regexp_extract(u, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/:?#]*)', 1)`,
  `url_extract_path(u) AS regexp_extract(u, '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*([^?#]*)', 1)`,
]

/** Functions that the SQL library must not touch. */
export const SHADOWED = [
  'json_extract_scalar',
  'json_extract',
  'to_iso8601',
  'cardinality',
  'flatten',
  'to_hex',
  'concat',
] as const

/** Functions of Hive and Spark that DuckDB lacks. */
export const HIVE_MACROS: readonly string[] = [
  `get_json_object(j, p) AS CASE WHEN json_valid(j) THEN json_extract_string(j, p) END`,
  `substring_index(s, d, n) AS array_to_string(CASE WHEN n > 0 THEN string_split(s, d)[1:n] ELSE string_split(s, d)[n:] END, d)`,
  `array_contains(a, v) AS list_contains(a, v)`,
]
