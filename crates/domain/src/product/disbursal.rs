//! Money that is paid out in parts.

use serde::{Deserialize, Serialize};

use crate::money::Paise;
use crate::product::EmiMethod;
use crate::rate::Percent;
use crate::refusal::Refusal;

/// The most parts that a loan may be paid out in.
pub const PARTS_MAX: usize = 60;

/// One part: how much, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisbursalPart {
    pub share: PartShare,
    #[serde(default = "at_once")]
    pub after: PartDay,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartShare {
    /// Of the amount lent, rounded half up to the paisa.
    Percent(Percent),
    Paise(Paise),
    /// All that the others leave: the last part's, so that the parts are the amount.
    Rest,
}

/// How long after the first part; no holiday moves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartDay {
    Days(u32),
    /// Periods of the instalments, counted from the day of the first part.
    Periods(u32),
}

fn at_once() -> PartDay {
    PartDay::Days(0)
}

/// Refuses parts that are none, and those that do not go together with other settings. Without parts the loan is paid out at once.
pub(super) fn check(parts: &[DisbursalPart], method: EmiMethod, advance_emis: u32) -> Result<(), Refusal> {
    let refuse = |why: &str| Err(Refusal::invalid("disbursals", why));
    let Some((last, others)) = parts.split_last() else { return Ok(()) };
    if !(2..=PARTS_MAX).contains(&parts.len()) {
        return refuse("must be 2 to 60 parts: leave them out for a loan that is paid out at once");
    }
    if last.share != PartShare::Rest || others.iter().any(|part| part.share == PartShare::Rest) {
        return refuse("must end with a part whose share is the rest, and have no other such part");
    }
    if !matches!(others.first().map(|part| part.after), Some(PartDay::Days(0) | PartDay::Periods(0))) {
        return refuse("must begin with a part that is paid out at once");
    }
    let positive = |part: &DisbursalPart| match part.share {
        PartShare::Percent(percent) => percent != Percent::ZERO,
        PartShare::Paise(amount) => amount.is_positive(),
        PartShare::Rest => true,
    };
    if !parts.iter().all(positive) {
        return refuse("must each be more than nothing");
    }
    let far = |part: &DisbursalPart| match part.after {
        PartDay::Days(days) => days > 3_660,
        PartDay::Periods(periods) => periods > 1_200,
    };
    if parts.iter().any(far) {
        return refuse("must be paid out within 3660 days or 1200 periods");
    }
    if method == EmiMethod::FlatRate {
        return refuse("need interest on what is owed: use reducing_balance");
    }
    if advance_emis > 0 {
        return refuse("do not go together with advance EMIs");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<DisbursalPart> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn parts_are_written_as_the_manual_says() {
        let text = r#"[{"share":{"percent":"40"}},{"share":{"paise":100000},"after":{"days":30}},{"share":"rest","after":{"periods":2}}]"#;
        let parts = parts(text);
        assert_eq!(
            parts[0],
            DisbursalPart { share: PartShare::Percent("40".parse().unwrap()), after: PartDay::Days(0) }
        );
        assert_eq!(parts[1].share, PartShare::Paise(Paise::from_rupees(1_000)));
        assert_eq!(parts[2], DisbursalPart { share: PartShare::Rest, after: PartDay::Periods(2) });
        assert_eq!(check(&parts, EmiMethod::ReducingBalance, 0), Ok(()));
        assert_eq!(check(&[], EmiMethod::FlatRate, 1), Ok(()));
    }

    #[test]
    fn what_makes_no_parts_is_refused_with_the_mend() {
        for (text, says) in [
            (r#"[{"share":"rest"}]"#, "leave them out"),
            (r#"[{"share":{"percent":"40"}},{"share":{"percent":"60"},"after":{"days":3}}]"#, "share is the rest"),
            (r#"[{"share":"rest"},{"share":"rest","after":{"days":3}}]"#, "no other such part"),
            (r#"[{"share":{"percent":"40"},"after":{"days":1}},{"share":"rest","after":{"days":3}}]"#, "begin with"),
            (r#"[{"share":{"percent":"0"}},{"share":"rest","after":{"days":3}}]"#, "more than nothing"),
            (r#"[{"share":{"paise":-1}},{"share":"rest","after":{"days":3}}]"#, "more than nothing"),
            (r#"[{"share":{"percent":"1"}},{"share":"rest","after":{"days":3661}}]"#, "within 3660 days"),
        ] {
            let refusal = check(&parts(text), EmiMethod::ReducingBalance, 0).unwrap_err();
            assert!(
                refusal.message.contains(says) && refusal.field.as_deref() == Some("disbursals"),
                "{refusal}: {text}"
            );
        }
        let two = parts(r#"[{"share":{"percent":"40"}},{"share":"rest","after":{"days":3}}]"#);
        assert!(check(&two, EmiMethod::FlatRate, 0).unwrap_err().message.contains("reducing_balance"));
        assert!(check(&two, EmiMethod::ReducingBalance, 1).unwrap_err().message.contains("advance"));
    }
}
