-- title: Remote administration from outside
-- dialect: duckdb
-- question: Who reached SSH or RDP from an address that is not private?
SELECT srcaddr, dstaddr, dstport, count(*) AS flows, max(time) AS last_seen
FROM aws_vpc_flow
WHERE dstport IN (22, 3389) AND action = 'ACCEPT'
  AND NOT regexp_matches(srcaddr, '^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.)')
GROUP BY ALL
ORDER BY flows DESC, srcaddr
