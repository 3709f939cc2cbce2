use serde_json::{Value, json};

use crate::plan::Format;
use crate::read::detect::{Detection, Detector, Probe, detect};

fn format(id: &str, rules: Value) -> Format {
    let plan = json!({
        "id": id, "framing": { "kind": "json" }, "slotCount": 1, "root": { "keys": [] }, "unmappedSlot": 0,
        "idSlot": 65535, "columns": [], "detection": { "rules": rules, "otherwise": format!("no {id}") },
        "keyName": "(?<account>[0-9]*)_log_(?<region>[a-z0-9-]+)",
    });
    serde_json::from_value(plan).expect("a plan")
}

fn detectors(list: &[(&str, Value)]) -> Vec<Detector> {
    list.iter()
        .map(|(id, rules)| Detector::new(&format(id, rules.clone())).expect("it compiles"))
        .collect()
}

fn by(list: &[Detector], likely: Option<usize>, key: &str, text: &str) -> Detection {
    detect(list, None, likely, Probe::new(key, text.as_bytes()))
}

fn is(at: usize, reason: &str) -> Detection {
    Detection::Format {
        at,
        reason: reason.to_owned(),
    }
}

#[test]
fn the_best_verdict_wins_and_the_first_of_equals() {
    let list = detectors(&[
        ("a", json!([{ "head": ["x"], "score": 0.5, "reason": "a x" }])),
        (
            "b",
            json!([{ "head": ["x"], "score": 0.5, "reason": "b x" }, { "head": ["y"], "score": 0.95, "reason": "b y" }]),
        ),
        (
            "c",
            json!([{ "head": ["y"], "score": 0.9, "reason": "c y" }, { "head": ["z"], "score": 0, "reason": "c z" }]),
        ),
    ]);
    assert_eq!(by(&list, None, "", "x"), is(0, "a x"));
    assert_eq!(by(&list, Some(1), "", "x"), is(0, "a x"));
    assert_eq!(by(&list, None, "", "y"), is(1, "b y"));
    assert_eq!(by(&list, Some(2), "", "y"), is(2, "c y"));
    let none = Detection::None {
        reason: "no log type fits: a: no a; b: no b; c: c z".to_owned(),
    };
    assert_eq!(by(&list, Some(0), "", "z"), none);
    let skipping = detectors(&[(
        "d",
        json!([{ "key": "Digest", "score": 1, "reason": "none", "skip": true }]),
    )]);
    assert_eq!(
        by(&skipping, None, "a-Digest", "x"),
        Detection::Skip {
            at: 0,
            reason: "none".to_owned()
        }
    );
}

#[test]
fn what_is_asked_for_is_used_unless_it_is_to_be_skipped() {
    let list = detectors(&[
        ("a", json!([{ "head": ["x"], "score": 1, "reason": "a" }])),
        (
            "b",
            json!([{ "head": ["skip"], "score": 1, "reason": "b", "skip": true }]),
        ),
    ]);
    let asked = |text: &str| detect(&list, Some(1), None, Probe::new("", text.as_bytes()));
    assert_eq!(asked("x"), is(1, "it was asked for"));
    assert_eq!(
        asked("skip"),
        Detection::Skip {
            at: 1,
            reason: "b".to_owned()
        }
    );
}

#[test]
fn all_that_a_rule_says_must_hold() {
    let rule = json!([{ "key": "k$", "head": ["^a", "b"], "line": "^[0-9]+ OK$", "score": 0.9, "reason": "it is" }]);
    let list = detectors(&[("a", rule)]);
    let holds = |key: &str, text: &str| by(&list, None, key, text) == is(0, "it is");
    assert!(holds("k", "a\nb\r\n12 OK\r\nrest"));
    assert!(holds("k", "ab\n12 OK"));
    assert!(!holds("k", "ab\n12 OK\r"));
    assert!(!holds("kk ", "ab\n12 OK"));
    assert!(!holds("k", "xab\n12 OK"));
    assert!(!holds("k", "a\n12 OK"));
    assert!(!holds("k", "ab\n12 OK "));
}

#[test]
fn headers_are_counted() {
    let header = json!([{
        "header": { "names": ["version", "start", "end", "bytes"], "least": 3, "share": 0.6 },
        "score": 0.95, "reason": "a header line with {known} of its fields",
    }]);
    let list = detectors(&[("flow", header)]);
    let known = |text: &str| match by(&list, None, "", text) {
        Detection::Format { reason, .. } => reason.split(' ').nth(4).and_then(|n| n.parse().ok()),
        _ => None,
    };
    assert_eq!(known("version start end\n1 2 3"), Some(3));
    assert_eq!(known("\u{feff} version\u{a0}start\tend x y\r\n1 2 3"), Some(3));
    assert_eq!(known("version start end x y z\n"), None);
    assert_eq!(known("version start\nend"), None);
    assert_eq!(known("\nversion start end"), None);
    assert_eq!(known(&format!("{}version start end", " ".repeat(4079))), Some(3));
    // Cut at 4,096 units of UTF-16: `en` is no name.
    assert_eq!(known(&format!("{}version start end", " ".repeat(4080))), None);
    assert_eq!(known(&format!("{} version start end", "😀".repeat(2039))), Some(3));
    assert_eq!(known(&format!("{} version start end", "😀".repeat(2040))), None);
}

#[test]
fn only_the_head_is_looked_at() {
    let list = detectors(&[("a", json!([{ "head": ["x"], "score": 1, "reason": "x" }]))]);
    assert_eq!(by(&list, None, "", &format!("{}x", " ".repeat(16_383))), is(0, "x"));
    assert_ne!(by(&list, None, "", &format!("{}x", " ".repeat(16_384))), is(0, "x"));
    let cut = format!("{}é", " ".repeat(16_383));
    assert!(Probe::new("", cut.as_bytes()).raw().ends_with(" \u{fffd}"));
}

#[test]
fn keys_tell_facts() {
    let list = detectors(&[("a", json!([]))]);
    let facts = |key| list[0].key_facts(key);
    assert_eq!(
        facts("x/123_log_eu-1.gz"),
        (Some("123".to_owned()), Some("eu-1".to_owned()))
    );
    assert_eq!(facts("x/_log_eu"), (None, Some("eu".to_owned())));
    assert_eq!(facts("other"), (None, None));
    assert!(Detector::new(&format("bad", json!([{ "key": "(?=x)", "score": 1, "reason": "" }]))).is_err());
}
