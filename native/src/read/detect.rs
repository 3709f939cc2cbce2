//! Finds the log type of an object by the rules of the formats: `src/front/detect.ts`.

use std::collections::HashSet;

use memchr::{memchr, memchr_iter};
use regex::bytes::{Regex, RegexBuilder};

use crate::plan::{Format, Header, Rule};
use crate::scan::text::is_blank;

/// Bytes of an object that detection looks at, behind compression.
pub const HEAD_BYTES: usize = 16_384;
/// Sure enough that no other format need be asked.
const SURE: f64 = 0.9;
/// UTF-16 units that a header is looked for in, and the fewest tokens it has.
const HEADER_UNITS: usize = 4096;
const HEADER_TOKENS: usize = 3;

/// What a format makes of an object.
struct Verdict {
    score: f64,
    reason: String,
    skip: bool,
}

/// By the number of the format in the list.
#[derive(Debug, PartialEq, Eq)]
pub enum Detection {
    Format {
        at: usize,
        reason: String,
    },
    Skip {
        at: usize,
        reason: String,
    },
    /// Nothing fitted: why, format by format.
    None {
        reason: String,
    },
}

/// What detection sees of an object.
#[derive(Clone, Copy)]
pub struct Probe<'a> {
    key: &'a str,
    head: &'a [u8],
}

impl<'a> Probe<'a> {
    pub fn new(key: &'a str, text: &'a [u8]) -> Probe<'a> {
        Probe {
            key,
            head: &text[..text.len().min(HEAD_BYTES)],
        }
    }
    /// The head as text, for a reject.
    pub fn raw(&self) -> String {
        String::from_utf8_lossy(self.head).into_owned()
    }
    pub fn is_parquet(&self) -> bool {
        self.head.starts_with(b"PAR1")
    }
}

/// A format with its patterns compiled.
pub struct Detector {
    id: String,
    rules: Vec<CompiledRule>,
    otherwise: String,
    key_name: Option<Regex>,
}

struct CompiledRule {
    key: Option<Regex>,
    head: Vec<Regex>,
    line: Option<Regex>,
    header: Option<CompiledHeader>,
    score: f64,
    reason: String,
    skip: bool,
}

struct CompiledHeader {
    names: HashSet<String>,
    least: usize,
    share: f64,
}

/// An expression as the formats have them: what it means in JavaScript it means here as well, for ASCII.
fn compile(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern)
        .unicode(false)
        .build()
        .map_err(|error| error.to_string())
}

impl Detector {
    /// Fails when an expression of the format is none here.
    pub fn new(format: &Format) -> Result<Detector, String> {
        Ok(Detector {
            id: format.id.clone(),
            rules: format
                .detection
                .rules
                .iter()
                .map(CompiledRule::new)
                .collect::<Result<_, _>>()?,
            otherwise: format.detection.otherwise.clone(),
            key_name: format.key_name.as_deref().map(compile).transpose()?,
        })
    }

    fn verdict(&self, probe: Probe) -> Verdict {
        for rule in &self.rules {
            if let Some(verdict) = rule.verdict(probe) {
                return verdict;
            }
        }
        Verdict {
            score: 0.0,
            reason: self.otherwise.clone(),
            skip: false,
        }
    }

    /// Account and region, as the object's key says.
    pub fn key_facts(&self, key: &str) -> (Option<String>, Option<String>) {
        let Some(found) = self.key_name.as_ref().and_then(|name| name.captures(key.as_bytes())) else {
            return (None, None);
        };
        let group = |name| {
            let text = found.name(name)?.as_bytes();
            (!text.is_empty()).then(|| String::from_utf8_lossy(text).into_owned())
        };
        (group("account"), group("region"))
    }
}

impl CompiledRule {
    fn new(rule: &Rule) -> Result<CompiledRule, String> {
        Ok(CompiledRule {
            key: rule.key.as_deref().map(compile).transpose()?,
            head: rule
                .head
                .iter()
                .map(|pattern| compile(pattern))
                .collect::<Result<_, _>>()?,
            line: rule.line.as_deref().map(compile).transpose()?,
            header: rule.header.as_ref().map(CompiledHeader::new),
            score: rule.score,
            reason: rule.reason.clone(),
            skip: rule.skip,
        })
    }

    fn verdict(&self, probe: Probe) -> Option<Verdict> {
        if self.key.as_ref().is_some_and(|key| !key.is_match(probe.key.as_bytes())) {
            return None;
        }
        let known = match &self.header {
            Some(header) => Some(header.known(probe.head)?),
            None => None,
        };
        if !self.head.iter().all(|pattern| pattern.is_match(probe.head)) {
            return None;
        }
        if self
            .line
            .as_ref()
            .is_some_and(|line| !lines(probe.head).any(|text| line.is_match(text)))
        {
            return None;
        }
        let reason = match known {
            Some(known) => self.reason.replace("{known}", &known.to_string()),
            None => self.reason.clone(),
        };
        Some(Verdict {
            score: self.score,
            reason,
            skip: self.skip,
        })
    }
}

impl CompiledHeader {
    fn new(header: &Header) -> CompiledHeader {
        CompiledHeader {
            names: header.names.iter().cloned().collect(),
            least: header.least,
            share: header.share,
        }
    }

    /// How many fields the first line names, if it is a header.
    fn known(&self, head: &[u8]) -> Option<usize> {
        let line = memchr(b'\n', head).map_or(head, |end| &head[..end]);
        // A UTF-16 unit is three bytes at most.
        let text = String::from_utf8_lossy(&line[..line.len().min(HEADER_UNITS * 3)]);
        let mut units = 0;
        let end = text.find(|c: char| {
            units += c.len_utf16();
            units > HEADER_UNITS
        });
        let text = &text[..end.unwrap_or(text.len())];
        let (mut tokens, mut known) = (0, 0);
        for token in text.split(is_blank).filter(|token| !token.is_empty()) {
            tokens += 1;
            known += usize::from(self.names.contains(token));
        }
        let fits = tokens >= HEADER_TOKENS && known >= self.least && known as f64 >= tokens as f64 * self.share;
        fits.then_some(known)
    }
}

/// Lines without their ends; the last one may have none.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut from = 0;
    memchr_iter(b'\n', text).map(Some).chain([None]).map(move |end| {
        let line = &text[from..end.unwrap_or(text.len())];
        let Some(end) = end else { return line };
        from = end + 1;
        line.strip_suffix(b"\r").unwrap_or(line)
    })
}

/// Finds the log type of an object. With `asked` it is that one, unless the object is none to read. Else `likely` is asked
/// first: neighbours mostly are of one type. The best verdict above zero wins; ties go to the format that comes first.
pub fn detect(detectors: &[Detector], asked: Option<usize>, likely: Option<usize>, probe: Probe) -> Detection {
    if let Some(at) = asked {
        let verdict = detectors[at].verdict(probe);
        return match verdict.skip && verdict.score > 0.0 {
            true => Detection::Skip {
                at,
                reason: verdict.reason,
            },
            false => Detection::Format {
                at,
                reason: "it was asked for".to_owned(),
            },
        };
    }
    let sure = likely.map(|at| (at, detectors[at].verdict(probe)));
    if let Some((at, verdict)) = sure.filter(|(_, verdict)| verdict.score >= SURE) {
        return found(at, verdict);
    }
    let mut best: Option<(usize, Verdict)> = None;
    let mut reasons = Vec::new();
    for (at, detector) in detectors.iter().enumerate() {
        let verdict = detector.verdict(probe);
        reasons.push(format!("{}: {}", detector.id, verdict.reason));
        if verdict.score > best.as_ref().map_or(0.0, |(_, best)| best.score) {
            best = Some((at, verdict));
        }
    }
    match best {
        Some((at, verdict)) => found(at, verdict),
        None => Detection::None {
            reason: format!("no log type fits: {}", reasons.join("; ")),
        },
    }
}

fn found(at: usize, verdict: Verdict) -> Detection {
    let Verdict { reason, skip, .. } = verdict;
    if skip {
        Detection::Skip { at, reason }
    } else {
        Detection::Format { at, reason }
    }
}
