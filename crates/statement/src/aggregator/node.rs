//! One tree for JSON and XML: the schema has the same names in both, as fields or as attributes and elements.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

/// Deeper than this is no account.
const DEPTH_MAX: usize = 64;

#[derive(Debug)]
pub enum Node {
    Text(String),
    /// Names in small letters, because data sets differ in their capitals. A name may come more than once.
    Fields(Vec<(String, Node)>),
    List(Vec<Node>),
}

impl Node {
    /// What has this name, lists taken apart.
    pub fn all(&self, name: &str) -> Vec<&Node> {
        let Node::Fields(fields) = self else { return Vec::new() };
        let mut found = Vec::new();
        for (_, node) in fields.iter().filter(|(own, _)| own == name) {
            match node {
                Node::List(nodes) => found.extend(nodes),
                node => found.push(node),
            }
        }
        found
    }

    pub fn one(&self, name: &str) -> Option<&Node> {
        self.all(name).first().copied()
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        match self.one(name)? {
            Node::Text(text) => Some(text.trim()),
            _ => None,
        }
    }

    /// Every node that fits, from the outside in; nothing is looked for inside of one.
    pub fn find<'a>(&'a self, fits: &dyn Fn(&Node) -> bool, found: &mut Vec<&'a Node>) {
        if fits(self) {
            return found.push(self);
        }
        match self {
            Node::Text(_) => {}
            Node::Fields(fields) => fields.iter().for_each(|(_, node)| node.find(fits, found)),
            Node::List(nodes) => nodes.iter().for_each(|node| node.find(fits, found)),
        }
    }
}

pub fn parse(bytes: &[u8]) -> Option<Node> {
    let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('<') { xml(text) } else { serde_json::from_str(text).ok().map(json) }
}

/// JSON is read to a depth of 128 at most, by its library.
fn json(value: Value) -> Node {
    match value {
        Value::Null => Node::Text(String::new()),
        Value::Bool(value) => Node::Text(value.to_string()),
        // The shortest digits that stand for the number: for amounts up to 10^12 rupees those that were written.
        Value::Number(number) => Node::Text(number.to_string()),
        Value::String(text) => Node::Text(text),
        Value::Array(values) => Node::List(values.into_iter().map(json).collect()),
        Value::Object(fields) => {
            Node::Fields(fields.into_iter().map(|(name, value)| (name.to_lowercase(), json(value))).collect())
        }
    }
}

struct Open {
    name: String,
    fields: Vec<(String, Node)>,
    text: String,
}

impl Open {
    fn close(self) -> (String, Node) {
        let node = if self.fields.is_empty() { Node::Text(self.text) } else { Node::Fields(self.fields) };
        (self.name, node)
    }
}

/// No entity but the five of XML is known, so nothing grows.
fn xml(text: &str) -> Option<Node> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Open { name: String::new(), fields: Vec::new(), text: String::new() }];
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) if open.len() < DEPTH_MAX => open.push(opened(&tag)?),
            Event::Start(_) => return None,
            Event::Empty(tag) => {
                let closed = opened(&tag)?.close();
                open.last_mut()?.fields.push(closed);
            }
            Event::End(_) => {
                let closed = open.pop()?.close();
                open.last_mut()?.fields.push(closed);
            }
            Event::Text(text) => open.last_mut()?.text.push_str(&text),
            Event::CData(text) => open.last_mut()?.text.push_str(&text),
            Event::GeneralRef(reference) => {
                let name: &str = &reference;
                open.last_mut()?.text.push_str(&unescape(&format!("&{name};")).ok()?);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let root = open.pop().filter(|_| open.is_empty())?;
    Some(root.close().1)
}

fn opened(tag: &BytesStart<'_>) -> Option<Open> {
    let small = |name: &str| name.to_lowercase();
    let mut fields = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.ok()?;
        fields.push((
            small(attribute.key.local_name().as_ref()),
            Node::Text(unescape(&attribute.value).ok()?.into_owned()),
        ));
    }
    Some(Open { name: small(tag.local_name().as_ref()), fields, text: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_xml_give_the_same_tree() {
        let json = parse(br#"{"Account":{"type":"deposit","List":{"Item":[{"a":"1"},{"a":"x & y"}]}}}"#).unwrap();
        let xml = parse(br#"<n:Account xmlns:n="u" type="deposit"><List><Item a="1"/><Item><a>x &amp; y</a></Item></List></n:Account>"#);
        let items = |root: &Node| {
            let account = root.one("account").unwrap();
            let items = account.one("list").unwrap().all("item");
            items.iter().map(|item| item.text("a").unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            (items(&json), items(&xml.unwrap())),
            (vec!["1".to_owned(), "x & y".to_owned()], vec!["1".to_owned(), "x & y".to_owned()])
        );
    }

    #[test]
    fn what_is_neither_or_too_deep_is_nothing() {
        let deep = "<a>".repeat(100);
        for text in ["", "<a>", "{", "<a></b>", "&", deep.as_str(), "<a>&bomb;</a>"] {
            assert!(parse(text.as_bytes()).is_none(), "{text}");
        }
    }
}
