-- title: Servers that get most HTTPS
-- dialect: athena
-- question: Which servers got the most packets on port 443?
SELECT SUM(packets) AS packetcount, dstaddr
FROM vpc_flow_logs
WHERE dstport = 443 AND date > date '2024-01-01'
GROUP BY dstaddr
ORDER BY packetcount DESC
LIMIT 10;
