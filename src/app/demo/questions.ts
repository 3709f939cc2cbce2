/** A question that somebody would ask of these logs. */
export interface Question {
  readonly title: string
  readonly sql: string
}

/** What the demo asks; the answers are the incidents that were put into the logs. */
export const QUESTIONS: readonly Question[] = [
  {
    title: 'Who opened a security group to the world?',
    sql: `SELECT time, actor, user_identity.access_key_id AS access_key, source_ip,
  json_extract_string(request_parameters, '$.groupId') AS security_group,
  json_extract_string(request_parameters, '$.ipPermissions.items[0].fromPort') AS port
FROM aws_cloudtrail
WHERE event_name = 'AuthorizeSecurityGroupIngress' AND error_code IS NULL
  AND request_parameters LIKE '%0.0.0.0/0%'
ORDER BY time`,
  },
  {
    title: 'Who deleted a bucket, and how many objects went in the hour before?',
    sql: `WITH calls AS (
  SELECT time, event_name, actor, source_ip,
    json_extract_string(request_parameters, '$.bucketName') AS bucket
  FROM aws_cloudtrail
  WHERE event_name IN ('DeleteBucket', 'DeleteObject') AND error_code IS NULL
)
SELECT gone.time, gone.actor, gone.source_ip, gone.bucket, count(object.time) AS objects_deleted
FROM calls gone LEFT JOIN calls object
  ON object.event_name = 'DeleteObject' AND object.bucket = gone.bucket
  AND object.time BETWEEN gone.time - INTERVAL 1 HOUR AND gone.time
WHERE gone.event_name = 'DeleteBucket'
GROUP BY gone.time, gone.actor, gone.source_ip, gone.bucket
ORDER BY gone.time`,
  },
  {
    title: 'Who talks most to well-known ports?',
    sql: `SELECT source, destination, port, connections, bytes, first_seen, last_seen
FROM top_talkers
ORDER BY connections DESC, source, destination, port
LIMIT 5`,
  },
]

/** What to try next on the lake of the demo. `{headrig}` stands for the program, `{lake}` for where it is. */
export const NEXT_COMMANDS: readonly string[] = [
  `{headrig} query --lake {lake} "SELECT time, event_name, error_code FROM aws_cloudtrail WHERE source_ip = '198.51.100.77' ORDER BY time LIMIT 20"`,
  `{headrig} query --lake {lake} "SELECT source_ip, count(*) AS failed FROM aws_cloudtrail WHERE event_name = 'ConsoleLogin' AND error_message IS NOT NULL GROUP BY ALL ORDER BY failed DESC"`,
  `{headrig} top-talkers --lake {lake} --by bytes --services --limit 10`,
  `{headrig} tables --lake {lake}`,
  `{headrig} shell --lake {lake}`,
]
