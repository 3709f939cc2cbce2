-- title: Ports by interface
-- dialect: athena
-- question: Which ports were asked for at each interface?
SELECT interface_id, account_id, array_join(array_sort(array_agg(DISTINCT CAST(dstport AS varchar))), ',') AS ports,
  element_at(array_agg(srcaddr ORDER BY start), 1) AS first_source
FROM `vpc_flow_logs`
WHERE year = '2024' AND month = '01' AND dstport IS NOT NULL
GROUP BY interface_id, account_id
ORDER BY interface_id;
