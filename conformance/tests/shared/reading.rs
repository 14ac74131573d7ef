//! Reports, read back by parsers that know nothing of who wrote them.

use std::io::{self, Write};

use html5gum::{DefaultEmitter, HtmlString, Token, Tokenizer};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;
use ssokey_conformance::record::{Counts, Record};
use ssokey_conformance::report;

pub(crate) type Writer = fn(&Record, &mut dyn Write) -> io::Result<()>;
type Reader = fn(&str) -> Reading;

/// Every form of report: how it is written and how it is read.
pub(crate) const FORMS: [(&str, Writer, Reader); 6] = [
    ("human", report::human, human),
    ("json", report::json, json),
    ("junit", report::junit, junit),
    ("markdown", report::markdown, markdown),
    ("github", report::github, github),
    ("html", report::html, html),
];

/// The report as text, without styles.
pub(crate) fn text(record: &Record, write: Writer) -> String {
    let mut text = Vec::new();
    write(record, &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    anstream::adapter::strip_str(&text).to_string()
}

/// The numbers of checks that passed, failed, are known, could not run and are not applicable.
pub(crate) type Tally = [usize; 5];

const WORDS: [&str; 5] = ["passed", "failed", "known", "could not run", "not applicable"];

pub(crate) fn tally(counts: &Counts) -> Tally {
    let Counts { passed, failed, known, could_not_run, not_applicable, .. } = *counts;
    [passed, failed, known, could_not_run, not_applicable]
}

/// The result of parsing a report.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The counts that the report gives, each time that it does.
    pub(crate) tallies: Vec<Tally>,
    /// Its elements, in order, by name.
    pub(crate) elements: Vec<String>,
    /// The texts in them.
    pub(crate) texts: Vec<String>,
}

/// The words whose number is counted, `-` and `_` in them being spaces.
fn count<'w>(words: impl IntoIterator<Item = &'w str>) -> Tally {
    let mut tally = Tally::default();
    for word in words {
        let word = word.replace(['-', '_'], " ");
        tally[WORDS.iter().position(|known| *known == word).unwrap()] += 1;
    }
    tally
}

/// `3 passed, 1 failed, 0 could not run (1 failed a SHOULD only); 9 sequences …`
fn sentence(text: &str) -> Tally {
    let mut tally = Tally::default();
    for part in text.split([';', '(']).next().unwrap().trim_end().split(", ") {
        let (number, word) = part.split_once(' ').unwrap();
        tally[WORDS.iter().position(|known| *known == word).unwrap()] = number.parse().unwrap();
    }
    tally
}

/// The number of failures that the text of one lists besides it: those that show the same, and those that follow.
fn besides(text: &str) -> usize {
    let lists = text.lines().filter_map(|line| {
        let line = line.replace("- **", "").replace("**", "");
        let line = line.trim_start();
        let same = line.strip_prefix("also at ");
        let ids = same.or_else(|| line.split_once(" from this").map(|(_, ids)| ids));
        ids.map(|ids| ids.split(", ").count())
    });
    lists.sum()
}

/// The words of what is listed: a paragraph for each failure and each reason, and one for what passed; the verdict at both ends.
fn human(text: &str) -> Reading {
    let mut listed = Vec::new();
    for paragraph in text.split("\n\n") {
        let first = paragraph.lines().next().unwrap_or_default();
        let of_word =
            |word: &&str| first.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', ':']));
        let Some(word) = WORDS.into_iter().find(of_word) else { continue };
        // A property that a sequence breaks is not a check: its name has no area.
        let is_property = |id: &str| !id.contains('.');
        if word == "failed" && first.split([' ', ':']).nth(1).is_some_and(is_property) {
            continue;
        }
        let count = match word {
            "passed" => first.split(' ').nth(1).unwrap().parse().unwrap(),
            "failed" | "known" => 1 + besides(paragraph),
            _ => paragraph.lines().nth(1).unwrap().split(", ").count(),
        };
        listed.extend(vec![word; count]);
    }
    let verdicts = text.lines().filter_map(|line| {
        let (verdict, counts) = line.split_once(": ")?;
        let shouts = verdict.chars().all(|it| it.is_ascii_uppercase() || it == ' ');
        shouts.then(|| sentence(counts))
    });
    let mut tallies = vec![count(listed)];
    tallies.extend(verdicts);
    Reading { tallies, elements: Vec::new(), texts: vec![text.to_owned()] }
}

fn json(text: &str) -> Reading {
    let report: Value = serde_json::from_str(text).unwrap();
    let outcomes = report["checks"].as_array().unwrap().iter();
    let listed = count(outcomes.map(|check| check["outcome"].as_str().unwrap()));
    let counts = WORDS.map(|word| report["counts"][word.replace(' ', "_")].as_u64().unwrap());
    let counts = counts.map(|count| usize::try_from(count).unwrap());
    let (mut elements, mut texts) = (Vec::new(), Vec::new());
    walk(&report, &mut elements, &mut texts);
    Reading { tallies: vec![listed, counts], elements, texts }
}

fn walk(value: &Value, elements: &mut Vec<String>, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| walk(item, elements, texts)),
        Value::Object(members) => members.iter().for_each(|(name, item)| {
            elements.push(name.clone());
            walk(item, elements, texts);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => (),
    }
}

/// Returns whether a suite or case of JUnit is about something else than checks.
fn is_beside(node: roxmltree::Node<'_, '_>) -> bool {
    matches!(node.attribute("name"), Some("baseline" | "recording" | "sequences"))
}

fn junit(text: &str) -> Reading {
    let document = roxmltree::Document::parse(text).unwrap();
    let all = document.root_element();
    let (mut listed, mut elements, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    for node in all.descendants() {
        elements.extend(node.is_element().then(|| node.tag_name().name().to_owned()));
        texts.extend(node.text().map(str::to_owned));
        for attribute in node.attributes() {
            elements.push(attribute.name().to_owned());
            texts.push(attribute.value().to_owned());
        }
        if node.has_tag_name("testcase") && !is_beside(node) {
            let inside = node.first_element_child();
            listed.push(match inside.map(|inside| inside.tag_name().name()) {
                None => "passed",
                Some("failure") => "failed",
                Some("error") => "could not run",
                Some("skipped") => {
                    let message = inside.unwrap().attribute("message").unwrap();
                    message.split_once(": ").unwrap().0
                }
                Some(other) => panic!("{other} in a testcase"),
            });
        }
    }
    let number = |node: roxmltree::Node<'_, '_>, name| -> usize {
        node.attribute(name).unwrap().parse().unwrap()
    };
    let mut tallies = vec![count(listed)];
    let [_, failed, known, could_not_run, not_applicable] = tallies[0];
    let sums = ["tests", "failures", "errors", "skipped"].map(|name| {
        let suites = all.children().filter(|node| node.is_element());
        let sum = suites.map(|suite| number(suite, name)).sum::<usize>();
        assert_eq!(number(all, name), sum, "{name}");
        let beside = all.children().filter(|suite| is_beside(*suite));
        sum - beside.map(|suite| number(suite, name)).sum::<usize>()
    });
    assert_eq!(sums[1..], [failed, could_not_run, known + not_applicable]);
    assert_eq!(sums[0], tallies[0].iter().sum::<usize>());
    for properties in all.descendants().filter(|node| node.has_tag_name("properties")) {
        tallies.push(WORDS.map(|word| {
            let name = word.replace(' ', "_");
            let mut children = properties.children();
            let property = children.find(|it| it.attribute("name") == Some(&name)).unwrap();
            number(property, "value")
        }));
    }
    Reading { tallies, elements, texts }
}

fn markdown(text: &str) -> Reading {
    let (mut elements, mut texts) = (Vec::new(), Vec::new());
    let (mut rows, mut cell, mut html) = (vec![Vec::new()], String::new(), String::new());
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(tag) => {
                match tag {
                    Tag::TableCell => cell.clear(),
                    Tag::TableRow => rows.push(Vec::new()),
                    _ => (),
                }
                elements.push(format!("{:?}", tag.to_end()));
            }
            Event::End(TagEnd::TableCell) => rows.last_mut().unwrap().push(cell.clone()),
            Event::End(_) => (),
            // Nothing of the server's stands but in a code span.
            Event::Text(text) => {
                cell.push_str(&text);
                elements.push(text.to_string());
                texts.push(text.to_string());
            }
            Event::Code(text) => {
                elements.push("code".to_owned());
                texts.push(text.to_string());
            }
            Event::Html(text) | Event::InlineHtml(text) => {
                html.push_str(&text);
                elements.push(text.to_string());
            }
            other => elements.push(format!("{other:?}")),
        }
    }
    let numbers = |row: &Vec<String>| -> Tally {
        let numbers: Vec<_> = row.iter().skip(1).map(|it| it.parse().unwrap()).collect();
        numbers.try_into().unwrap()
    };
    let (all, profiles) = rows[1..].split_last().unwrap();
    assert_eq!(all[0], "all");
    let mut sum = Tally::default();
    for row in profiles {
        sum = std::array::from_fn(|place| sum[place] + numbers(row)[place]);
    }
    let end = text.trim_end().lines().last().unwrap();
    let tallies = vec![sum, numbers(all), sentence(end.split_once("**: ").unwrap().1)];
    let folded = |word| {
        let parts = text.split("<summary>").skip(1);
        let parts = parts.filter(|part| part.starts_with(&format!("{word} <code>")));
        parts.map(|part| 1 + besides(part.split("</details>").next().unwrap())).sum::<usize>()
    };
    assert_eq!([folded("failed"), folded("known")], [tallies[0][1], tallies[0][2]]);
    assert_eq!(html.matches("<details>").count(), html.matches("</details>").count());
    Reading { tallies, elements, texts }
}

/// As GitHub's runner reads the lines of a step.
fn github(text: &str) -> Reading {
    let decode = |text: &str| {
        let text = text.replace("%0D", "\r").replace("%0A", "\n");
        text.replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
    };
    let (mut listed, mut tallies) = (Vec::new(), Vec::new());
    let (mut elements, mut texts) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let (command, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (kind, properties) = command.split_once(' ').unwrap();
        let title = decode(properties.strip_prefix("title=").unwrap());
        assert!(!properties.contains(','), "{properties}");
        let message = decode(message);
        match title.as_str() {
            "could not run" | "not applicable" => {
                let ids = message.lines().last().unwrap().split(", ").count();
                let word = WORDS.into_iter().find(|word| *word == title).unwrap();
                listed.extend(vec![word; ids]);
            }
            _ if title.starts_with("failed ") => {
                listed.extend(vec!["failed"; 1 + besides(&message)]);
            }
            _ if title.starts_with("known ") => {
                listed.extend(vec!["known"; 1 + besides(&message)]);
            }
            "run" | "recording" | "sequences" => (),
            _ => tallies.push(sentence(&message)),
        }
        elements.push(kind.to_owned());
        texts.extend([title, message]);
    }
    // What passed is in the summary alone.
    let passed = tallies[0][0];
    listed.extend(vec!["passed"; passed]);
    tallies.push(count(listed));
    Reading { tallies, elements, texts }
}

fn html(text: &str) -> Reading {
    let (mut listed, mut tallies) = (Vec::new(), vec![Tally::default()]);
    let (mut elements, mut texts) = (Vec::new(), Vec::new());
    let mut open = Vec::new();
    let mut item: Option<usize> = None;
    let string = |text: &HtmlString| String::from_utf8(text.to_vec()).unwrap();
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(text, emitter) {
        match token.unwrap() {
            Token::StartTag(tag) => {
                let name = string(&tag.name);
                for (attribute, value) in &tag.attributes {
                    let (attribute, value) = (string(attribute), string(value));
                    match attribute.as_str() {
                        "data-outcome" => listed.push(value.replace('-', " ")),
                        "data-tally" => {
                            let word = value.replace('-', " ");
                            item = WORDS.iter().position(|known| *known == word);
                        }
                        _ => (),
                    }
                    elements.push(attribute);
                    texts.push(value);
                }
                if !["meta", "br", "input"].contains(&name.as_str()) {
                    open.push(name.clone());
                }
                elements.push(name);
            }
            Token::EndTag(tag) => assert_eq!(open.pop(), Some(string(&tag.name))),
            Token::String(text) => {
                let text = string(&text);
                match open.last().map(String::as_str) {
                    Some("b") => {
                        if let Some(place) = item.take() {
                            tallies[0][place] = text.parse().unwrap();
                        }
                    }
                    Some("footer") => {
                        tallies.push(sentence(text.strip_prefix(": ").unwrap()));
                    }
                    _ => (),
                }
                texts.push(text);
            }
            Token::Doctype(_) => (),
            Token::Comment(_) => panic!("the page has no comment"),
            Token::Error(error) => panic!("{:?}", error.value),
        }
    }
    assert_eq!(open, <[String; 0]>::default(), "every element is closed");
    tallies.push(count(listed.iter().map(String::as_str)));
    Reading { tallies, elements, texts }
}
