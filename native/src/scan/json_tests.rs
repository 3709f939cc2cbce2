//! Records of JSON in all shapes.

use super::testing::{LARGE, SMALL, TIME, check_pieces, good, scan, scan_pieces, trail};

fn ids(text: &str) -> (Vec<String>, Vec<String>) {
    let out = scan(&trail(), text);
    let rejects = out
        .rejects
        .iter()
        .map(|r| r.splitn(3, ' ').take(2).collect::<Vec<_>>().join(" "))
        .collect();
    (out.values(1).into_iter().map(str::to_owned).collect(), rejects)
}

#[test]
fn fields_go_to_their_slots() {
    let text = format!(
        r#"{{{TIME},"id":"a\u00e9\ud83d\ude00\n","who":{{"arn":"x","in":{{"type":"t","odd":1}},"more":[1, 2]}},"resources":[{{"ARN":"a","type":null}}],
        "params": {{ "k" : [ true , "\ud800" ] }},"count":"12","bytes":-9223372036854775808,"ratio":1.5e3,"read":false,"seen":"2024-01-15T08:00:00Z",
        "a name of more than 16 bytes":{{}},"new":null,"cou\u006et":13}}"#
    );
    let out = scan(&trail(), &text);
    assert_eq!(out.rejects, Vec::<String>::new());
    for (slot, wanted) in [
        (1, "aé😀\n"),
        (2, ""),
        (3, "x"),
        (4, ""),
        (5, "t"),
        (6, r#"[{"ARN":"a","type":null}]"#),
        (7, r#"{"k":[true,"\ufffd"]}"#),
        (8, "12"),
        (9, "-9223372036854775808"),
        (10, "1.5e3"),
        (11, "false"),
        (12, "2024-01-15T08:00:00Z"),
        (13, "{}"),
        (
            14,
            r#"{"who":{"in":{"odd":1},"more":[1,2]},"new":null,"cou\u006et":13}"#,
        ),
    ] {
        assert_eq!(out.values(slot), [wanted], "slot {slot}");
    }
}

#[test]
fn what_does_not_fit_is_kept_beside() {
    let text = format!(
        r#"{{{TIME},"who":7,"resources":[{{"ARN":"a","ARN":"b"}}],"count":2147483648,"bytes":1.5,"ratio":"1","read":"yes","seen":"now","id":null,"id":"x"}}"#
    );
    let out = scan(&trail(), &text);
    assert_eq!(
        out.values(14),
        [
            r#"{"who":7,"resources":[{"ARN":"a","ARN":"b"}],"count":2147483648,"bytes":1.5,"ratio":"1","read":"yes","seen":"now"}"#
        ]
    );
    assert_eq!(out.values(1), ["x"]);
    assert_eq!(out.values(6), [r#"[{"ARN":"a","ARN":"b"}]"#]);
    for list in [
        r#"[1]"#,
        r#"[{"x":"a"}]"#,
        r#"[{"ARN":1}]"#,
        r#"[{"\u0041RN":"a"}]"#,
        r#"{"ARN":"a"}"#,
    ] {
        let out = scan(&trail(), &format!(r#"{{{TIME},"resources":{list}}}"#));
        assert_eq!(out.values(14), [format!(r#"{{"resources":{list}}}"#)]);
    }
    for list in ["[]", "[{}]", r#"[{"type":"t"},{"ARN":null,"type":"u"}]"#] {
        assert_eq!(
            scan(&trail(), &format!(r#"{{{TIME},"resources":{list}}}"#)).values(14),
            ["?"]
        );
    }
}

#[test]
fn records_come_in_frames() {
    let (a, b, c) = (good("a"), good("b"), good("c"));
    let quoted = serde_json::Value::from(&b[..]).to_string();
    for text in [
        format!("{a}\n{b}\r\n{c}"),
        format!("{a}{b} {c}\n"),
        format!("[{a},{b},\n {c}]"),
        format!(r#"{{"Records":[{a},{b},{c}]}}"#),
        format!(r#"{{"x":[{{"y":"]}}"}}],"Rec\u006frds" : [ {a} , {b} ],"z":1,"Records":[{c}],"n":12}}"#),
        format!(r#"[{a},{{"Records":[{b},{{"Records":[{c}]}}]}}]"#),
        format!(
            r#"{{"id":"q","detail":{a},"after":[1]}}{{"message":{quoted},"id":7}}{{"message":"plain","detail":{c}}}"#
        ),
        format!("[{a}]\n[{b}]\n{{\"Records\":[{c}]}}"),
    ] {
        assert_eq!(ids(&text), (vec!["a".into(), "b".into(), "c".into()], vec![]), "{text}");
        check_pieces(&trail(), LARGE, &text);
        check_pieces(&trail(), SMALL, &text);
    }
}

#[test]
fn what_is_no_record_is_rejected() {
    let (a, b) = (good("a"), good("b"));
    for (text, rejects) in [
        (format!("{a}\n{{oops}}\n{b}"), vec!["2 2"]),
        (format!("{a}\ngarbage \"\\\n{b}"), vec!["2 2"]),
        (format!("{a}\n[1,\"x\"]\n7 true {b}"), vec!["2 4", "3 4", "4 4", "5 4"]),
        (
            format!("{a}\n{{\"id\":1}}{{\"time\":1}}{{\"time\":\"no\"}}\n{b}"),
            vec!["2 5", "3 7", "4 7"],
        ),
        (format!("{{\"Records\":[{a},{{\"x\":nope}},\n{b}]}}"), vec!["2 2"]),
        (format!("{a}{b}{{\"time\""), vec!["3 1"]),
        (format!("{{\"Records\":[{a},{b}"), vec!["3 1"]),
        (format!("[{a},{b},"), vec!["3 1"]),
        (format!("[{a} {b}]\n{b}"), vec!["2 2"]),
        (format!("{a}\n{{\"message\":\"{{x}}\"}}\n{b}"), vec!["2 2"]),
        (format!("{a}\n{{\"a\":\"\u{1}\"}}\n{b}"), vec!["2 2"]),
        (
            format!(
                "{a}\n{{\"a\":\"\\q\"}}\n{{\"a\":\"\\u12x4\"}}\n{{\"a\":01}}\n{{\"a\":1.}}\n{{\"a\":-}}\n{{\"a\":1e}}\n{b}"
            ),
            vec!["2 2", "3 2", "4 2", "5 2", "6 2", "7 2"],
        ),
    ] {
        assert_eq!(
            ids(&text),
            (
                vec!["a".into(), "b".into()],
                rejects.into_iter().map(str::to_owned).collect()
            ),
            "{text}"
        );
    }
}

#[test]
fn pieces_of_broken_documents_give_the_same_rows() {
    let (a, b) = (good("a"), good("b"));
    for text in [
        format!("{{\"Records\":[\n{a},\n{{{TIME},\"x\":nope}},\n{b}\n]}}\n"),
        format!("{a}\n{{\"x\":\n{{{b}\n{b}"),
        format!("{{\"Records\":[{a}],\"x\":tru}}\n{b}"),
    ] {
        let whole = scan(&trail(), &text).rows;
        for at in 0..=text.len() {
            let (x, y) = text.as_bytes().split_at(at);
            assert_eq!(scan_pieces(&trail(), LARGE, &[x, y]).rows, whole, "cut at {at}: {text}");
        }
    }
}

#[test]
fn documents_cut_off_anywhere_never_panic() {
    let text = format!(
        r#"{{"Records":[{},{{{TIME},"p\u0061rams":[{{"x":"\ud83d\ude00"}}, -1.5e+3, true],"message":"{{\"id\":\"\\u00e9\"}}"}}]}}"#,
        good("a")
    );
    for at in 0..text.len() {
        let out = scan(&trail(), &text[..at]);
        assert!(out.counts.1 <= 1 && out.rows.len() == out.counts.0 as usize);
    }
}

#[test]
fn nesting_and_numbers_of_fields_are_bounded() {
    let nested = |n: usize| format!("{}1{}", "[{\"a\":".repeat(n / 2), "}]".repeat(n / 2));
    let many = |n: usize| (0..n).map(|i| format!("\"k{i}\":{i}")).collect::<Vec<_>>().join(",");
    for (bad, code) in [
        (format!(r#"{{{TIME},"params":{}}}"#, nested(514)), "2 3"),
        (nested(5000), "2 3"),
        (format!(r#"{{{TIME},{}}}"#, many(9000)), "2 3"),
        (format!(r#"{{{TIME},"who":{{{}}}}}"#, many(8191)), "2 3"),
        ("{\"detail\":".repeat(100) + &good("x") + &"}".repeat(100), "2 5"),
        ("{\"Records\":[".repeat(9) + &good("x") + &"]}".repeat(9), "2 3"),
    ] {
        let text = format!("{{\"Records\":[{},{bad},{}]}}", good("a"), good("b"));
        assert_eq!(
            ids(&text),
            (vec!["a".into(), "b".into()], vec![code.to_owned()]),
            "{}",
            &bad[..60]
        );
    }
    let text = format!(
        r#"{{{TIME},"id":"a","params":{},"who":{{{}}}}}"#,
        nested(512),
        many(8190)
    );
    assert_eq!(ids(&text), (vec!["a".into()], vec![]));
    let text = "{\"Records\":[".repeat(9) + &good("a") + &"]}".repeat(9);
    assert_eq!(ids(&text), (vec!["a".into()], vec![]));
}

#[test]
fn records_longer_than_the_arena_are_passed_over() {
    let long = "x\\\"]}".repeat(20_000);
    let text = format!(
        r#"{{"Records":[{},{{{TIME},"params":"{long}"}},{},7,{}]}}"#,
        good("a"),
        good("b"),
        good("c")
    );
    let out = scan_pieces(&trail(), SMALL, &[text.as_bytes()]);
    assert_eq!(out.values(1), ["a", "b", "c"]);
    assert_eq!(out.rejects.len(), 2);
    assert!(out.rejects[0].starts_with("2 a record longer than 3072 bytes ,{\"time\""));
    assert_eq!(out.rejects[1], "4 4 7");
    let lines = format!("{}\n{{{TIME},\"params\":\"{long}\"}}\n{}", good("a"), good("b"));
    let out = scan_pieces(&trail(), SMALL, &[lines.as_bytes()]);
    assert_eq!(out.values(1), ["a", "b"]);
    assert_eq!(out.rejects.len(), 1);
    let broken = format!(
        "{{\"Records\":[{},{{\"params\":\"{}\n{}\n]}}",
        good("a"),
        "x".repeat(90_000),
        good("b")
    );
    let out = scan_pieces(&trail(), SMALL, &[broken.as_bytes()]);
    assert_eq!(out.values(1), ["a", "b"]);
}

#[test]
fn rejects_keep_some_of_the_raw_text() {
    let raw = format!("[\"{}€\"]", "x".repeat(65_533));
    let out = scan_pieces(&trail(), LARGE, &[raw.as_bytes()]);
    assert_eq!(out.rejects.len(), 1);
    let out = scan_pieces(
        &trail(),
        LARGE,
        &[format!("{{\"id\":\"{}€\"}}", "x".repeat(65_528)).as_bytes()],
    );
    assert!(out.rejects[0].ends_with("xx\u{fffd}"));
}
