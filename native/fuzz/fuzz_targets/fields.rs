#![no_main]

use std::sync::{Arc, LazyLock};

use headrig_front::plan::Format;
use libfuzzer_sys::fuzz_target;

mod common;

static FORMAT: LazyLock<Arc<Format>> = LazyLock::new(|| {
    common::format(
        r#"{"id":"flow","framing":{"kind":"fields","order":["version","src","bytes","start"],"absent":45},"slotCount":5,
        "unmappedSlot":4,"idSlot":65535,"columns":[],"detection":{"rules":[],"otherwise":""},"keyName":null,"root":{"keys":[
            {"name":"version","kind":2,"slot":0,"flags":4},
            {"name":"src","kind":0,"slot":1,"flags":0},
            {"name":"bytes","kind":3,"slot":2,"flags":4},
            {"name":"start","kind":3,"slot":3,"flags":6}]}}"#,
    )
});

fuzz_target!(|data: &[u8]| common::check(&FORMAT, data));
