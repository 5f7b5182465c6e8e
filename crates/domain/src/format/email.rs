use super::{FormatError, text_type};

text_type! {
    /// An e-mail address that can be delivered to: one @, a dotted domain, no spaces, at most 254 characters.
    Email
}

impl Email {
    pub fn parse(text: &str) -> Result<Email, FormatError> {
        const WHY: FormatError = FormatError("must be an e-mail address such as name@example.com");
        let text = text.trim();
        let (local, domain) = text.split_once('@').ok_or(WHY)?;
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~.-".contains(&b));
        let label = |part: &str| {
            !part.is_empty()
                && part.len() <= 63
                && !part.starts_with('-')
                && !part.ends_with('-')
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let domain_ok = domain.contains('.') && domain.split('.').all(label);
        if text.len() <= 254 && local_ok && domain_ok { Ok(Email(text.to_owned())) } else { Err(WHY) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_at_and_a_dotted_domain() {
        for text in ["username@email.com", "a.b+c@x-y.co.in"] {
            assert!(Email::parse(text).is_ok(), "{text}");
        }
        for text in ["", "a@b", "a@@b.com", ".a@b.com", "a..b@c.com", "a b@c.com", "a@-b.com", "a@b.com\r\nBcc: x@y.z"]
        {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }
}
