-- title: Traffic from a network
-- dialect: duckdb
-- question: What came from one network? The key column is a range of text, by which files are skipped.
SELECT time, source_ip, dest_ip, dstport, action, bytes
FROM aws_vpc_flow
WHERE source_ip_key BETWEEN '00000000000000000000ffffcb007100' AND '00000000000000000000ffffcb0071ff'
ORDER BY time
