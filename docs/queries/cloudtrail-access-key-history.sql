-- title: What an access key did
-- dialect: duckdb
-- question: All that one access key did, in order.
SELECT time, account_id, region, event_source, event_name, source_ip, error_code
FROM aws_cloudtrail
WHERE user_identity.access_key_id = 'AKIAIOSFODNN7EXAMPLE'
ORDER BY time
