//! Rows in order of time, and where days begin in it.

const DAY_MICROS: i64 = 86_400_000_000;
/// Bits of a row's number below its time; `Rows` holds fewer rows than that.
const ROW_BITS: u32 = 20;

/// Rows of one day: a range of the order.
pub struct Day {
    pub day: i64,
    pub from: usize,
    pub to: usize,
}

/// Row numbers in order of time, without those left out; equal times keep their order. `keys` is scratch.
pub fn sort(times: &[i64], left_out: Option<&[bool]>, keys: &mut Vec<u64>, order: &mut Vec<u32>) {
    order.clear();
    match left_out {
        Some(left) => order.extend((0..times.len() as u32).filter(|&row| !left.get(row as usize).is_some_and(|&l| l))),
        None => order.extend(0..times.len() as u32),
    }
    let (mut min, mut max, mut sorted) = (i64::MAX, i64::MIN, true);
    for &row in order.iter() {
        let time = times[row as usize];
        sorted &= time >= max;
        max = max.max(time);
        min = min.min(time);
    }
    if sorted {
        return;
    }
    if max.wrapping_sub(min) as u64 >= 1 << (63 - ROW_BITS) || times.len() > 1 << ROW_BITS {
        order.sort_unstable_by_key(|&row| (times[row as usize], row));
        return;
    }
    // Time and row in one number.
    keys.clear();
    keys.extend(
        order
            .iter()
            .map(|&row| (times[row as usize].wrapping_sub(min) as u64) << ROW_BITS | u64::from(row)),
    );
    // Rows that other objects' rows precede come in long runs: the stable sort knows how to use them.
    keys.sort();
    for (to, key) in order.iter_mut().zip(keys.iter()) {
        *to = *key as u32 & ((1 << ROW_BITS) - 1);
    }
}

/// The days of rows in order.
pub fn days(times: &[i64], order: &[u32]) -> Vec<Day> {
    let mut days = Vec::new();
    let mut from = 0;
    while from < order.len() {
        let day = times[order[from] as usize].div_euclid(DAY_MICROS);
        let next = (day + 1).saturating_mul(DAY_MICROS);
        let rest = &order[from..];
        // The last day that 64 bits hold has no next one.
        let count = if next == i64::MAX {
            rest.len()
        } else {
            rest.partition_point(|&row| times[row as usize] < next)
        };
        days.push(Day {
            day,
            from,
            to: from + count,
        });
        from += count;
    }
    days
}
