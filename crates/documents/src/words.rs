//! What a borrower reads in two languages, side by side, so that whoever changes one sees the other.

use qist_domain::day::Day;
use qist_domain::kfs::Language;
use qist_domain::money::{PAISE_MAX, Paise};
use qist_domain::product::{
    ChargeKind, ChargeRule, ContingentCharge, ContingentKind, DailyRule, EmiMethod, Fee, Period, PeriodUnit,
    TakenCharge,
};
use qist_domain::rate::Percent;

use crate::rupees::figure;

/// A language, and how things are said in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words(pub Language);

impl Words {
    /// One thing in both languages.
    pub fn say(self, english: &str, hindi: &str) -> String {
        self.pick(english, hindi).to_owned()
    }

    pub fn pick<T>(self, english: T, hindi: T) -> T {
        match self.0 {
            Language::English => english,
            Language::Hindi => hindi,
        }
    }

    /// `3 Feb 2021`, `3 फ़रवरी 2021`.
    pub fn day(self, day: Day) -> String {
        const MONTHS: [(&str, &str); 12] = [
            ("Jan", "जनवरी"),
            ("Feb", "फ़रवरी"),
            ("Mar", "मार्च"),
            ("Apr", "अप्रैल"),
            ("May", "मई"),
            ("Jun", "जून"),
            ("Jul", "जुलाई"),
            ("Aug", "अगस्त"),
            ("Sep", "सितंबर"),
            ("Oct", "अक्तूबर"),
            ("Nov", "नवंबर"),
            ("Dec", "दिसंबर"),
        ];
        let english = day.long_text();
        match MONTHS.iter().find(|(month, _)| english.contains(month)) {
            Some((month, hindi)) => self.pick(english.clone(), english.replace(month, hindi)),
            None => english,
        }
    }

    /// For columns: `3 Feb 2021`, `03-02-2021`.
    pub fn short_day(self, day: Day) -> String {
        let numbers = day.to_string().rsplitn(3, '-').collect::<Vec<_>>().join("-");
        self.pick(day.long_text(), numbers)
    }

    pub fn yes_or_no(self, yes: bool) -> String {
        if yes { self.say("Yes", "हाँ") } else { self.say("No", "नहीं") }
    }

    /// How often instalments fall due.
    pub fn period(self, period: Period) -> String {
        let english = period.label();
        let every = period.every;
        let hindi = match (every, period.unit) {
            (1, PeriodUnit::Days) => "दैनिक".to_owned(),
            (1, PeriodUnit::Weeks) => "साप्ताहिक".to_owned(),
            (2, PeriodUnit::Weeks) => "पाक्षिक".to_owned(),
            (1, PeriodUnit::Months) => "मासिक".to_owned(),
            (3, PeriodUnit::Months) => "त्रैमासिक".to_owned(),
            (_, PeriodUnit::Days) => format!("हर {every} दिन"),
            (_, PeriodUnit::Weeks) => format!("हर {every} सप्ताह"),
            (_, PeriodUnit::Months) => format!("हर {every} महीने"),
        };
        self.pick(english, hindi)
    }

    pub fn method(self, method: EmiMethod) -> String {
        match method {
            EmiMethod::FlatRate => self.say("flat rate, on the full loan amount", "फ़्लैट दर, पूरी ऋण राशि पर"),
            EmiMethod::ReducingBalance => {
                self.say("reducing balance, on the principal outstanding", "घटती शेष राशि, बकाया मूलधन पर")
            }
            EmiMethod::EqualPrincipal => {
                self.say("reducing balance, the principal in equal parts", "घटती शेष राशि, मूलधन बराबर भागों में")
            }
            EmiMethod::Bullet => {
                self.say("on the principal, which is repaid at the end", "मूलधन पर, जो अंत में चुकाया जाता है")
            }
        }
    }

    pub fn charge(self, charge: &TakenCharge) -> String {
        let kind = match charge.kind {
            ChargeKind::Insurance => "बीमा",
            ChargeKind::Valuation => "मूल्यांकन",
            ChargeKind::Legal => "कानूनी शुल्क",
            ChargeKind::Documentation => "दस्तावेज़ शुल्क",
            ChargeKind::StampDuty => "स्टांप शुल्क",
            ChargeKind::Other => "अन्य शुल्क",
        };
        named(self.pick(charge.kind.label(), kind), charge.name.as_deref())
    }

    pub fn contingent(self, charge: &ContingentCharge) -> String {
        let kind = match charge.kind {
            ContingentKind::LatePayment => ("Penal charge for late payment", "देर से भुगतान पर दंडात्मक शुल्क"),
            ContingentKind::Bounce => {
                ("Penal charge for a mandate that is not honoured", "मैंडेट अस्वीकृत होने पर दंडात्मक शुल्क")
            }
            ContingentKind::Foreclosure => ("Foreclosure charge", "समय से पहले पूरा ऋण चुकाने पर शुल्क"),
            ContingentKind::PartPrepayment => ("Part-prepayment charge", "आंशिक पूर्व-भुगतान पर शुल्क"),
            ContingentKind::Switching => ("Charge for switching the rate", "ब्याज दर का प्रकार बदलने पर शुल्क"),
            ContingentKind::Other => ("Other charge", "अन्य शुल्क"),
        };
        named(self.pick(kind.0, kind.1), charge.name.as_deref())
    }

    /// How much it is: `2% of the overdue instalment, at most ₹500.00`.
    pub fn rule(self, charge: &ContingentCharge) -> String {
        let base = match charge.kind {
            ContingentKind::LatePayment | ContingentKind::Bounce => ("the overdue instalment", "अतिदेय किस्त"),
            ContingentKind::Foreclosure | ContingentKind::Switching => ("the principal outstanding", "बकाया मूलधन"),
            ContingentKind::PartPrepayment => ("the amount paid early", "समय से पहले चुकाई गई राशि"),
            ContingentKind::Other => ("the amount concerned", "संबंधित राशि"),
        };
        let mut text = match &charge.rule {
            ChargeRule::Once(Fee::Fixed { amount_paise }) => {
                let amount = figure(*amount_paise);
                self.pick(format!("{amount} each time"), format!("हर बार {amount}"))
            }
            ChargeRule::Once(Fee::Percent { percent, min_paise, max_paise }) => {
                let part = self.pick(format!("{percent}% of {}", base.0), format!("{} का {percent}%", base.1));
                part + &self.bounds(*min_paise, *max_paise)
            }
            ChargeRule::Once(Fee::Slabs { slabs }) => {
                let slab = |up_to: Paise, amount: Paise| {
                    let (up_to, amount) = (figure(up_to), figure(amount));
                    self.pick(
                        format!("{amount} up to {up_to} of {}", base.0),
                        format!("{} {up_to} तक: {amount}", base.1),
                    )
                };
                let parts = slabs.iter().map(|part| slab(part.up_to_paise, part.amount_paise));
                let more = slabs.last().map(|last| figure(last.amount_paise)).unwrap_or_default();
                let beyond = self.pick(format!("{more} above that"), format!("उससे ऊपर: {more}"));
                parts.chain([beyond]).collect::<Vec<_>>().join("; ")
            }
            ChargeRule::Daily(DailyRule::PerDay { amount_paise, grace_days, max_paise }) => {
                let amount = figure(*amount_paise);
                let each = self.pick(format!("{amount} for each day late"), format!("देरी के हर दिन के लिए {amount}"));
                each + &self.grace(*grace_days) + &self.bounds(Paise::ZERO, *max_paise)
            }
            ChargeRule::Daily(DailyRule::PerAnnum { percent, grace_days, max_paise }) => {
                let each = self.pick(
                    format!("{percent}% a year of {}, for each day after the due day (over 365)", base.0),
                    format!("{} पर {percent}% प्रति वर्ष, देय तिथि के बाद हर दिन के लिए (365 दिन का वर्ष)", base.1),
                );
                each + &self.grace(*grace_days) + &self.bounds(Paise::ZERO, *max_paise)
            }
        };
        text.push_str(&self.gst(charge.gst));
        text
    }

    fn grace(self, days: u32) -> String {
        match days {
            0 => String::new(),
            _ => self.pick(
                format!(", nothing within {days} days; after them counted from the due day"),
                format!(", {days} दिन तक कुछ नहीं; उसके बाद देय तिथि से गिना जाता है"),
            ),
        }
    }

    fn bounds(self, min: Paise, max: Paise) -> String {
        let mut text = String::new();
        if min.is_positive() {
            let min = figure(min);
            text.push_str(&self.pick(format!(", at least {min}"), format!(", कम से कम {min}")));
        }
        if max < Paise::new(PAISE_MAX) {
            let max = figure(max);
            text.push_str(&self.pick(format!(", at most {max}"), format!(", अधिकतम {max}")));
        }
        text
    }

    fn gst(self, gst: Percent) -> String {
        if gst.is_zero() {
            return String::new();
        }
        self.pick(format!(", plus {gst}% GST"), format!(", {gst}% जीएसटी अतिरिक्त"))
    }
}

fn named(kind: &str, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{kind}: {name}"),
        None => kind.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: Words = Words(Language::English);
    const HINDI: Words = Words(Language::Hindi);

    #[test]
    fn a_day_and_a_period_are_said_in_each_language() {
        let day: Day = "2021-02-03".parse().unwrap();
        assert_eq!((ENGLISH.day(day), HINDI.day(day)), ("3 Feb 2021".to_owned(), "3 फ़रवरी 2021".to_owned()));
        let weeks = Period { every: 2, unit: PeriodUnit::Weeks };
        assert_eq!((ENGLISH.period(weeks), HINDI.period(weeks)), ("Fortnightly".to_owned(), "पाक्षिक".to_owned()));
    }

    #[test]
    fn a_rule_says_its_rate_its_bounds_and_its_gst() {
        let charge = |kind, rule, gst: &str| ContingentCharge { kind, name: None, rule, gst: gst.parse().unwrap() };
        let late = ChargeRule::Daily(DailyRule::PerAnnum {
            percent: "24".parse().unwrap(),
            grace_days: 3,
            max_paise: Paise::from_rupees(500),
        });
        let late = charge(ContingentKind::LatePayment, late, "0");
        assert_eq!(
            ENGLISH.rule(&late),
            "24% a year of the overdue instalment, for each day after the due day (over 365), nothing within 3 days; after them \
             counted from the due day, at most ₹500.00"
        );
        let early = ChargeRule::Once(Fee::Percent {
            percent: "3".parse().unwrap(),
            min_paise: Paise::ZERO,
            max_paise: Paise::new(PAISE_MAX),
        });
        let early = charge(ContingentKind::Foreclosure, early, "18");
        assert_eq!(ENGLISH.rule(&early), "3% of the principal outstanding, plus 18% GST");
        assert_eq!(HINDI.rule(&early), "बकाया मूलधन का 3%, 18% जीएसटी अतिरिक्त");
    }
}
