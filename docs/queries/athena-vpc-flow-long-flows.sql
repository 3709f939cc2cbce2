-- title: Long flows
-- dialect: athena
-- question: Which flows lasted longest?
SELECT srcaddr, dstaddr, dstport, from_unixtime(start) AS started, from_unixtime("end") AS ended,
  date_diff('second', from_unixtime(start), from_unixtime("end")) AS seconds
FROM vpc_flow_logs
WHERE log_status = 'OK'
ORDER BY seconds DESC, srcaddr, dstaddr
LIMIT 10;
