//! Bytes that will be read soon, asked for while others are worked on.

/// Bytes that the caches keep together.
const LINE: usize = 64;

/// Has `bytes` brought into the caches, where the processor can be asked; nobody waits for it.
#[inline]
pub fn ask_for(bytes: &[u8]) {
    #[cfg(target_arch = "x86_64")]
    for line in bytes.chunks(LINE) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a hint reads nothing that the program could see.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (bytes, LINE);
}

/// As [`ask_for`], of a value as it lies in memory; not of what it points to.
#[inline]
pub fn ask_for_value<T>(value: &T) {
    // A value seldom begins with a line.
    let last = size_of::<T>().checked_sub(1);
    #[cfg(target_arch = "x86_64")]
    for at in (0..size_of::<T>()).step_by(LINE).chain(last) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let line = std::ptr::from_ref(value).cast::<i8>().wrapping_add(at);
        // SAFETY: a hint reads nothing that the program could see.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (value, last);
}
