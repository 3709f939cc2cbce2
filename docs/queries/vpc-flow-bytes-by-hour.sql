-- title: Bytes by hour
-- dialect: duckdb
-- question: How much traffic passed in each hour?
SELECT date_trunc('hour', time) AS hour, sum(bytes) AS bytes, sum(packets) AS packets, count(*) AS flows
FROM aws_vpc_flow
WHERE log_status = 'OK'
GROUP BY hour
ORDER BY hour
