-- title: Deletions, by the role that was assumed
-- dialect: athena
-- question: Which role did who deleted objects and buckets act in?
SELECT useridentity.sessioncontext.sessionissuer.username AS "role",
  json_extract_scalar(requestparameters, '$.bucketName') AS bucket,
  date_format(from_iso8601_timestamp(eventtime), '%Y-%m-%d %H:%i') AS "minute",
  count(*) AS calls
FROM cloudtrail_logs
WHERE eventsource = 's3.amazonaws.com' AND eventname LIKE 'Delete%'
GROUP BY 1, 2, 3
ORDER BY calls DESC, bucket;
