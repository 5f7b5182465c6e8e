use std::fmt::Write as _;

use anyhow::anyhow;
use qist_domain::format::Format;

/// What is said of each value, and whether all are well-formed. What is wrong is not repeated: it may be personal.
pub fn validate(format: &str, values: &[String]) -> anyhow::Result<(String, bool)> {
    let known = Format::from_name(format).ok_or_else(|| {
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        anyhow!("{format} is not a format: use one of {}", names.join(", "))
    })?;
    let (mut report, mut all_well_formed) = (String::new(), true);
    for (number, value) in (1..).zip(values) {
        match known.normalised(value) {
            Ok(normalised) => writeln!(report, "{number}: yes, {normalised}")?,
            Err(why) => {
                all_well_formed = false;
                writeln!(report, "{number}: no, it {why}")?;
            }
        }
    }
    Ok((report, all_well_formed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_answered_with_yes_or_why_not() {
        let values = ["27aapfu0939f1zv", "27AAPFU0939F1ZW"].map(str::to_owned);
        let (report, all) = validate("gstin", &values).unwrap();
        assert_eq!(report, "1: yes, 27AAPFU0939F1ZV\n2: no, it has a wrong check character\n");
        assert!(!all);
        assert_eq!(
            validate("aadhaar", &["999941057058".to_owned()]).unwrap(),
            ("1: yes, XXXX XXXX 7058\n".into(), true)
        );
        assert!(validate("voter_id", &values).unwrap_err().to_string().contains("use one of mobile, pan"));
    }
}
