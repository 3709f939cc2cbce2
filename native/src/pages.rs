//! Large pages for memory that is looked at in no order: a small page each would be more than the processor's table holds.

/// Asks for large pages below `memory`; nothing is lost when there are none.
pub fn ask_for_large<T>(memory: &[T]) {
    #[cfg(target_os = "linux")]
    {
        const PAGE: usize = 2 << 20;
        let start = memory.as_ptr() as usize;
        let from = start.next_multiple_of(PAGE);
        let to = (start + size_of_val(memory)) / PAGE * PAGE;
        if from < to {
            // SAFETY: whole pages inside of memory that is ours; their content stays what it is.
            unsafe { libc::madvise(from as *mut libc::c_void, to - from, libc::MADV_HUGEPAGE) };
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = memory;
}
