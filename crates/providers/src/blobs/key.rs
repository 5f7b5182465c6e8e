//! Names of files: such that a file system and S3 both take them as they are, and none leads anywhere else.

use qist_app::error::{Error, Result};

const KEY_LENGTH_MAX: usize = 512;
const PART_LENGTH_MAX: usize = 128;

/// A checked name: parts of `a-z`, `0-9`, `-` and `.` between slashes, none of which begins with a full stop.
#[derive(Debug, Clone, Copy)]
pub(super) struct BlobKey<'a>(&'a str);

impl<'a> BlobKey<'a> {
    pub(super) fn parse(key: &'a str) -> Result<BlobKey<'a>> {
        if key.len() <= KEY_LENGTH_MAX && key.split('/').all(is_part) {
            Ok(BlobKey(key))
        } else {
            // Keys are ours, never a caller's, so a bad one is our own fault.
            Err(Error::internal(format!("{key:?} is not a name for a file")))
        }
    }

    pub(super) fn as_str(self) -> &'a str {
        self.0
    }
}

fn is_part(part: &str) -> bool {
    (1..=PART_LENGTH_MAX).contains(&part.len())
        && !part.starts_with('.')
        && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_leads_nowhere_but_to_its_file() {
        for key in ["a", "tenant-1/2024/0190a8f4-7b1e.pdf", "a..b/c-", "0"] {
            assert!(BlobKey::parse(key).is_ok(), "{key}");
        }
        for key in [
            "",
            "/",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "../a",
            "a/../b",
            "a/.",
            "a/..",
            ".hidden",
            "a/.hidden",
            "A",
            "a b",
            "a\\b",
            "a\0",
            "a\n",
            "a%2f",
            "a:b",
            "ａ",
            "a/\u{2024}\u{2024}/b",
            "~",
            "c_",
        ] {
            assert!(BlobKey::parse(key).is_err(), "{key:?}");
        }
        assert!(BlobKey::parse(&"a".repeat(129)).is_err());
        assert!(BlobKey::parse(&"a/".repeat(300)).is_err());
    }
}
