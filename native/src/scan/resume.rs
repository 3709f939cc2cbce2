//! Where reading goes on behind what could not be read.

/// Where the next line starts that opens with `{`, from `p` on; the end when there is none.
pub(super) fn next_object_line(memory: &[u8], p: usize, end: usize) -> usize {
    next_line_where(memory, p, end, |c| c == b'{')
}

/// Where reading goes on behind a broken value at the top: at the next line that looks like a line of its own. A
/// pretty-printed value's inner lines are indented, or start with a quote or a closing bracket.
pub(super) fn next_line(memory: &[u8], p: usize, end: usize) -> usize {
    next_line_where(memory, p, end, |c| c > b' ' && !matches!(c, b'"' | b']' | b'}' | b','))
}

fn next_line_where(memory: &[u8], mut p: usize, end: usize, begins: impl Fn(u8) -> bool) -> usize {
    while p + 1 < end {
        let Some(found) = memchr::memchr(b'\n', &memory[p..end - 1]) else {
            return end;
        };
        p += found + 1;
        if begins(memory[p]) {
            return p;
        }
    }
    end
}
