-- title: Buckets that were deleted
-- dialect: duckdb
-- question: Who deleted which bucket, from where, and when?
SELECT time, actor, source_ip, request_parameters ->> '$.bucketName' AS bucket, user_agent
FROM aws_cloudtrail
WHERE event_source = 's3.amazonaws.com' AND event_name = 'DeleteBucket' AND error_code IS NULL
ORDER BY time
