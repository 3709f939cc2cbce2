-- title: Calls without credentials
-- dialect: athena
-- question: Which calls were made by nobody that AWS knows?
SELECT eventtime, eventsource, eventname, sourceipaddress, requestparameters
FROM cloudtrail_logs
WHERE useridentity.accountid = 'anonymous'
  AND eventtime >= '2024-01-01T00:00:00Z' AND eventtime < '2024-02-01T00:00:00Z'
ORDER BY eventtime;
