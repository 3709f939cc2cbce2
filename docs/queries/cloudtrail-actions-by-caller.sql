-- title: What each caller did most
-- dialect: duckdb
-- question: Which actions did each principal call most often, and how often was it refused?
SELECT actor, event_source, event_name, count(*) AS calls,
  count(*) FILTER (WHERE error_code IN ('AccessDenied', 'Client.UnauthorizedOperation')) AS refused
FROM aws_cloudtrail
GROUP BY ALL
ORDER BY calls DESC, actor, event_name
LIMIT 50
