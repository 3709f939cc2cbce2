//! What a panic says.

use std::any::Any;

/// The text of a panic that was caught.
pub fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("a bug: {}", text.unwrap_or("the reader stopped"))
}
