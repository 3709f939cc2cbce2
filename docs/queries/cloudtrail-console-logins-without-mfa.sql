-- title: Console sign-ins without MFA
-- dialect: duckdb
-- question: Who signed in to the console without a second factor?
SELECT time, actor, source_ip, response_elements ->> '$.ConsoleLogin' AS outcome
FROM aws_cloudtrail
WHERE event_name = 'ConsoleLogin'
  AND coalesce(additional_event_data ->> '$.MFAUsed', 'No') = 'No'
ORDER BY time
