use super::FormatError;

/// The last four digits of a well-formed Aadhaar number: all that may be kept or shown of one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Aadhaar {
    last_four: u16,
}

impl Aadhaar {
    /// Twelve digits, in groups of four or not, of which the last is right by Verhoeff.
    pub fn parse(text: &str) -> Result<Aadhaar, FormatError> {
        const SHAPE: FormatError = FormatError("must be twelve digits that do not begin with 0 or 1");
        let text = text.trim();
        let grouped = text.len() == 14 && [4, 9].iter().all(|at| matches!(text.as_bytes()[*at], b' ' | b'-'));
        let digits: Vec<u8> = text
            .bytes()
            .enumerate()
            .filter(|(at, _)| !(grouped && matches!(at, 4 | 9)))
            .map(|(_, byte)| byte.wrapping_sub(b'0'))
            .collect();
        if digits.len() != 12 || digits.iter().any(|digit| *digit > 9) || digits[0] < 2 {
            return Err(SHAPE);
        }
        if !is_right(&digits) {
            return Err(FormatError("has a wrong check digit"));
        }
        let last_four = digits[8..].iter().fold(0, |number, digit| number * 10 + u16::from(*digit));
        Ok(Aadhaar { last_four })
    }

    /// `XXXX XXXX 1234`.
    #[must_use]
    pub fn masked(self) -> String {
        format!("XXXX XXXX {:04}", self.last_four)
    }
}

impl std::fmt::Debug for Aadhaar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Aadhaar(…)")
    }
}

/// Verhoeff: the digits, each permuted by its place from the right, multiply to the neutral element.
fn is_right(digits: &[u8]) -> bool {
    let product = digits.iter().rev().enumerate().fold(0, |product, (place, digit)| {
        let permuted = (0..place % 8).fold(*digit, |digit, _| PERMUTATION[usize::from(digit)]);
        multiplied(product, permuted)
    });
    product == 0
}

const PERMUTATION: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/// In the dihedral group of the pentagon: 0 to 4 are its turns, 5 to 9 its reflections.
fn multiplied(left: u8, right: u8) -> u8 {
    match (left < 5, right < 5) {
        (true, true) => (left + right) % 5,
        (true, false) => (left + right - 5) % 5 + 5,
        (false, true) => (left - right) % 5 + 5,
        (false, false) => (left + 5 - right) % 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers that the authority publishes for tests.
    const PUBLISHED: [&str; 3] = ["999941057058", "999971658847", "499118665246"];

    #[test]
    fn the_check_digit_is_computed_not_trusted() {
        for text in PUBLISHED {
            assert_eq!(Aadhaar::parse(text).unwrap().masked(), format!("XXXX XXXX {}", &text[8..]));
            let last = text.as_bytes()[11];
            for other in (b'0'..=b'9').filter(|other| *other != last) {
                let wrong = format!("{}{}", &text[..11], char::from(other));
                assert_eq!(Aadhaar::parse(&wrong), Err(FormatError("has a wrong check digit")), "{wrong}");
            }
        }
    }

    #[test]
    fn two_neighbours_that_are_exchanged_are_noticed() {
        for at in 1..11 {
            let mut digits = PUBLISHED[0].as_bytes().to_vec();
            if digits[at] != digits[at + 1] {
                digits.swap(at, at + 1);
                assert!(Aadhaar::parse(std::str::from_utf8(&digits).unwrap()).is_err(), "{at}");
            }
        }
    }

    #[test]
    fn it_is_twelve_digits_in_groups_or_not_and_shows_four() {
        assert_eq!(Aadhaar::parse("9999 4105 7058"), Aadhaar::parse("999941057058"));
        for text in
            ["", "99994105705", "9999410570588", "९९९९४१०५७०५८", "099941057058", "9999  1057058", "9999410a7058"]
        {
            assert!(Aadhaar::parse(text).is_err(), "{text}");
        }
        assert_eq!(format!("{:?}", Aadhaar::parse("999941057058").unwrap()), "Aadhaar(…)");
    }
}
