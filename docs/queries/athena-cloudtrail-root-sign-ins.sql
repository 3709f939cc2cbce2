-- title: Sign-ins of the root user
-- dialect: athena
-- question: When did the root user sign in, and from where?
SELECT useridentity.type AS "type", eventname, sourceipaddress, eventtime, additionaleventdata
FROM default.cloudtrail_logs
WHERE eventname = 'ConsoleLogin' AND useridentity.type = 'Root'
  AND from_iso8601_timestamp(eventtime) > timestamp '2024-01-01 00:00:00'
ORDER BY eventtime DESC
LIMIT 100;
