-- title: Rejected TCP connections
-- dialect: athena
-- question: Which TCP connections were rejected, on which day of the week?
SELECT day_of_week(date) AS day, date, interface_id, srcaddr, action, protocol
FROM vpc_flow_logs
WHERE action = 'REJECT' AND protocol = 6
ORDER BY date, srcaddr
LIMIT 100;
