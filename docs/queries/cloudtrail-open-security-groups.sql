-- title: Security groups opened to the world
-- dialect: duckdb
-- question: Who let any address in, to which group and ports?
SELECT time, actor, source_ip,
  request_parameters ->> '$.groupId' AS security_group,
  item ->> '$.fromPort' AS from_port,
  item ->> '$.toPort' AS to_port
FROM aws_cloudtrail,
  unnest(CAST(request_parameters -> '$.ipPermissions.items' AS JSON[])) AS permissions(item)
WHERE event_name = 'AuthorizeSecurityGroupIngress'
  AND CAST(item AS VARCHAR) SIMILAR TO '.*("0\.0\.0\.0/0"|"::/0").*'
ORDER BY time
