-- Each line is a query that both engines answer with the same rows.
select 1/0, 7/2, 7//2, -7//2, 7%0, 7 % -3, 2**3, 1.5+1, 1e3, 0.1::double+0.2
select concat('a',null,'b'), 'a'||null, concat_ws('-', 'a', null, 'b')
select [1,2,3][1], [1,2,3][0], [1,2,3][-1], [1,2,3][5], [1,2,3][2:3], 'abc'[2]
select regexp_replace('eni-12-3','[0-9]+','<\0>'), regexp_replace('aXbXc','(X)(b)','\2\10'), regexp_replace('aXbXc','(X)(.)','[\2\0]','g')
select regexp_replace('aXbXc','X','-'), regexp_replace('aXbXc','X','-','g'), regexp_replace('abc','(b)(c)','\2\1'), regexp_extract('a1b2','[0-9]'), regexp_extract('a1b2','([a-z])([0-9])',2), regexp_extract('zzz','[0-9]')
select 'a_b' like 'a\_b', 'a_b' like 'a_b', 'a%' like 'a#%' escape '#', 'ABC' ilike 'a%', 'x' not like 'y%'
select dayofweek(date '2024-01-14'), isodow(date '2024-01-14'), extract(week from date '2024-01-14'), extract(hour from timestamp '2024-01-14 13:14:15'), extract(epoch from timestamp '2024-01-14 13:14:15.5')
select array_agg(x order by x desc), list(x), string_agg(x::varchar, ',' order by x) from (values (1),(null),(3)) t(x)
select any_value(x), first(x) from (values (3)) t(x)
select x from (values (1),(null),(3)) t(x) order by x
select x from (values (1),(null),(3)) t(x) order by x desc
select x from (values (1),(null),(3)) t(x) order by x nulls first
select sum(x), avg(x), min(x), max(x), count(x), count(*), count(distinct x), median(x), stddev(x) from (values (1),(2),(2),(null)) t(x)
select sum(x), list(x), string_agg(x::varchar, ',') from (values (1)) t(x) where x > 5
select '{"a":{"b":[1,2,{"c":"d"}]}}' ->> '$.a.b[2].c', '{"a":{"b":[1,2]}}' -> '$.a', '{"a":"x"}' -> 'a', '{"a":null}' -> 'a', '{"a":null}' ->> 'a', '{"k.d":1}' ->> '$."k.d"'
select json_array_length('[1,2,3]'), json_array_length('{"a":[1]}', '$.a'), json_type('{"a":1}'), json_type('{"a":1}', '$.a'), json_keys('{"b":1,"a":2}'), json_valid('{'), json_valid('{}')
select date_trunc('hour', timestamptz '2024-01-15 10:20:30Z'), date_trunc('month', date '2024-01-15'), date_diff('hour', timestamp '2024-01-01 00:59:00', timestamp '2024-01-01 01:01:00'), date_diff('day', date '2024-01-01', date '2024-02-01'), date_sub('hour', timestamp '2024-01-01 00:59:00', timestamp '2024-01-01 01:01:00')
select time_bucket(interval '5 minutes', timestamp '2024-01-15 10:23:30'), time_bucket(interval 1 hour, timestamptz '2024-01-15 10:23:30Z'), time_bucket(interval '1 week', timestamp '2024-01-15 10:23:30')
select strftime(timestamp '2024-01-15 10:20:30.123456', '%Y-%m-%dT%H:%M:%S.%f'), strftime(date '2024-01-05', '%d/%m/%y %a %b %j %-d'), strptime('2024-01-15 10', '%Y-%m-%d %H')
select epoch(timestamptz '2024-01-15 00:00:00.5Z'), epoch_ms(timestamp '2024-01-15 00:00:00'), epoch_ms(1705276800000), to_timestamp(1705276800), to_timestamp(1705276800.25)
select date '2024-01-15' + 3, date '2024-01-15' - date '2024-01-01', date '2024-01-31' + interval 1 month, timestamp '2024-01-15 00:00:00' + interval '1 hour 30 minutes', timestamptz '2024-01-15 00:00:00Z' - interval 2 day
select timestamptz '2024-01-15 00:00:00Z' at time zone 'America/New_York', timestamp '2024-01-15 00:00:00' at time zone 'America/New_York'
select cast(2.5 as int), cast(2.5::double as int), cast(3.5::double as int), cast('1.7' as int), try_cast('x' as int), cast('12' as bigint), cast(-2.5 as int)
select cast(timestamptz '2024-01-15 00:05:00.5Z' as varchar), cast(date '2024-01-15' as varchar), cast(true as varchar), cast(1.50 as varchar), cast(timestamp '2024-01-15 00:05:00' as varchar)
select round(2.675::double, 2), round(2.5), round(-2.5::double), round(1234.567::double, 1), ceil(1.2::double), floor(-1.2::double), trunc(-1.7::double), round(2.675, 2)
select greatest(1,null,3), least(2,1), coalesce(null, 2), nullif(1,1), ifnull(null, 5), if(true, 1, 2), case when 1=1 then 'a' else 'b' end, case 1 when 1 then 'x' end
select list_transform([1,2,3], x -> x * 2), list_filter([1,2,3], lambda x: x > 1), list_contains([1,2],2), list_sort([3,null,1]), list_sort(list_distinct([1,1,2])), len([1,2]), list_sum([1,2,3]), array_to_string(['a','b'], '-')
select {'a': 1, 'b': 'x'}, {'a': 1}.a, struct_pack(x := 1)
select split_part('a.b.c','.',2), split_part('a.b.c','.',-1), split_part('a','.',5), string_split('a.b','.'), substr('hello',2,3), substring('hello', 2), left('hello',2), right('hello',2), upper('a'), length('héllo🙂'), strpos('hello','l'), replace('aXb','X','-'), trim('  a '), ltrim('xxa','x'), lpad('a',3,'-'), reverse('abc'), repeat('ab',2), starts_with('ab','a'), contains('abc','b'), md5('a'), sha256('a'), chr(65)
select x, row_number() over (order by x desc), sum(x) over (order by x), lag(x) over (order by x), rank() over (order by x), first_value(x) over (order by x), sum(x) over (order by x rows between 1 preceding and current row) from (values (1),(2),(3),(null)) t(x) order by x
select x, count(*) from (values (1),(2),(2)) t(x) group by x having count(*) > 1
select x % 2 as k, count(*) n from (values (1),(2),(2)) t(x) group by all order by k
select x from (values (1,2),(2,3)) t(x,y) qualify row_number() over (order by y desc) = 1
select a.x, b.y from (values (1),(2)) a(x) left join (values (2,'q')) b(x,y) on a.x=b.x order by 1
select * from (values (1),(2)) a(x) join (values (2,'q')) b(x,y) using (x)
select * exclude (y), y + 1 as z from (values (1,2)) t(x,y)
select * replace (y * 2 as y) from (values (1,2)) t(x,y)
select x from (values (1),(2)) t(x) where x in (select 2) and exists (select 1) and x = (select max(2))
(select 1 as x) union all (select 2) order by x desc
select 1 as x intersect select 1
select 1 as x except select 2
with a as (select 1 as x), b as (select x + 1 as y from a) select * from a, b
select * from range(3) r(i)
select * from generate_series(1, 3) g(i)
select t.x, u.i from (values (1,[10,20])) t(x,l), unnest(t.l) u(i) order by 2
select x, unnest(l) as i from (values (1,[10,20])) t(x,l) order by 2
select distinct x from (values (1),(1)) t(x)
select 'it''s', 'back\slash', '${x}', '?'
select 'a' = 'a ', null = null, null is distinct from 1, 1 is not distinct from 1, not true, 1 between 0 and 2, 3 not in (1,2)
select bit_count(5), 5 & 3, 5 | 3, xor(5, 3), 1 << 4, 16 >> 2, abs(-3), sign(-2), sqrt(4), ln(1), log(100), pow(2, 10), pi()
select x as y from (values (1),(5)) t(x) where y > 2
select x as y, y + 1 as z from (values (1),(5)) t(x) order by z
select count(*) filter (where x > 1), sum(x) filter (where x > 1), max(x) filter (where x > 100) from (values (1),(2)) t(x)
select arg_max(n, x), arg_min(n, x), max_by(n, x) from (values ('a',1),('b',2)) t(n,x)
select quantile_cont(x, 0.5), quantile_disc(x, 0.5) from (values (1),(2),(3),(4)) t(x)
select bool_and(x > 0), bool_or(x > 1), count_if(x > 1) from (values (1),(2)) t(x)
select count(*), x from (values (1),(2)) t(x) group by rollup(x) order by x
select regexp_matches('a.b', '^a\.b$'), regexp_matches('ABC', 'b', 'i'), regexp_full_match('abc','b'), 'abc' similar to 'a.c', regexp_extract_all('a1b22','[0-9]+'), regexp_matches(E'a\n', 'a$'), regexp_matches('a]b', '[]]'), regexp_matches('x', '[[:alpha:]]')
select time from aws_vpc_flow where time >= '2024-01-15 01:00:00' order by time limit 1
select user_identity.session_context.session_issuer.user_name, user_identity from aws_cloudtrail where event_name = 'DeleteBucket'
select resources, resources[1].arn from aws_cloudtrail where event_name = 'DeleteBucket'
select * from aws_cloudtrail order by time
select * from aws_vpc_flow order by time, srcport
from top_talkers order by all
select count(*) from aws_cloudtrail where false
select columns('.*_ip') from aws_vpc_flow order by all
select 123456789012345678901234567890, 5000000000 * 3, 9007199254740993, 1.23456789012345678
select 1 as a, 2 as a
select null, true, false
select count(*) c, max(c) over () from (values (1)) t(x)
select map(['a'],[1])['a'], map_keys(map(['a'],[1]))
select epoch_us(timestamp '2024-01-15 00:00:00'), last_day(date '2024-02-05'), year(date '2024-02-05'), quarter(date '2024-02-05')
select from_base64('aGk=')
select x from (values ('b'),('A'),('a'),('é'),('Z')) t(x) order by x
select lower('É'), upper('é')
select 1.0::double, 1e20::double, 0.1::float, 'nan'::double
