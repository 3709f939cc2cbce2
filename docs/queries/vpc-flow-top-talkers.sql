-- title: Top talkers
-- dialect: duckdb
-- question: Who talks to whom on which well-known port most often?
FROM top_talkers
ORDER BY connections DESC, source, destination, port
LIMIT 10
