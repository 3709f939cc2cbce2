-- title: Sources that are turned away
-- dialect: duckdb
-- question: Which addresses are rejected most, at how many ports?
SELECT srcaddr, count(*) AS flows, count(DISTINCT dstport) AS ports, count(DISTINCT dstaddr) AS targets,
  min(time) AS first_seen, max(time) AS last_seen
FROM aws_vpc_flow
WHERE action = 'REJECT'
GROUP BY srcaddr
ORDER BY flows DESC, srcaddr
LIMIT 20
