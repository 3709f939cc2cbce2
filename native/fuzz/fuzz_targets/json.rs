#![no_main]

use std::sync::{Arc, LazyLock};

use headrig_front::plan::Format;
use libfuzzer_sys::fuzz_target;

mod common;

static FORMAT: LazyLock<Arc<Format>> = LazyLock::new(|| {
    common::format(
        r#"{"id":"trail","framing":{"kind":"json"},"slotCount":9,"unmappedSlot":8,"idSlot":1,"columns":[],
        "detection":{"rules":[],"otherwise":""},"keyName":null,"root":{"keys":[
            {"name":"time","kind":0,"slot":0,"flags":1},
            {"name":"id","kind":0,"slot":1,"flags":0},
            {"name":"who","kind":7,"slot":2,"flags":0,"child":{"keys":[{"name":"arn","kind":0,"slot":3,"flags":0}]}},
            {"name":"list","kind":8,"slot":4,"flags":0,"child":{"keys":[
                {"name":"a","kind":0,"slot":65535,"flags":0},{"name":"b","kind":0,"slot":65535,"flags":0}]}},
            {"name":"json","kind":1,"slot":5,"flags":0},
            {"name":"int","kind":2,"slot":6,"flags":0},
            {"name":"bool","kind":5,"slot":7,"flags":0},
            {"name":"Records","kind":9,"slot":65535,"flags":0},
            {"name":"detail","kind":10,"slot":65535,"flags":0}]}}"#,
    )
});

fuzz_target!(|data: &[u8]| common::check(&FORMAT, data));
