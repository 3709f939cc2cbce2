-- title: Refused calls by hour
-- dialect: athena
-- question: At which hours were calls refused, and by which services?
SELECT date_trunc('hour', date_parse(eventtime, '%Y-%m-%dT%H:%i:%sZ')) AS "hour",
  eventsource, errorcode, count(*) AS calls, approx_distinct(useridentity.arn) AS callers
FROM "default"."cloudtrail_logs"
WHERE regexp_like(errorcode, '(?i)denied|unauthorized') AND "timestamp" >= '2024/01/01'
GROUP BY 1, 2, 3
ORDER BY 1, 2;
