-- title: Resources that were touched
-- dialect: athena
-- question: Which resources of which accounts do events name?
SELECT resource.arn, resource.accountid, resource.type, count(*) AS events
FROM cloudtrail_logs
CROSS JOIN UNNEST(resources) AS t(resource)
WHERE resource.type = 'AWS::S3::Bucket'
GROUP BY resource.arn, resource.accountid, resource.type
ORDER BY events DESC, 1;
