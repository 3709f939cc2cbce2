-- title: Bytes per packet
-- dialect: athena
-- question: Where are packets large? Whole numbers divide to whole numbers.
SELECT sourceaddress, destinationaddress, SUM(numbytes) / SUM(numpackets) AS bytes_per_packet
FROM vpc_flow_logs
WHERE "log_status" = 'OK' AND numpackets > 0
GROUP BY 1, 2
HAVING SUM(numbytes) > 1000
ORDER BY 3 DESC, 1, 2;
