//! Shapes that the whole API shares: money, dates, texts.

use std::borrow::Cow;

use qist_domain::money::Paise;
use qist_domain::rate::Percent;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Rupees as a JSON number with at most two decimals. Its digits are read and written as text: no float is ever between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rupees(pub Paise);

impl Serialize for Rupees {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(self.0.to_string()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Rupees {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Paise::parse_rupees(raw.get()).map(Rupees).map_err(serde::de::Error::custom)
    }
}

impl PartialSchema for Rupees {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::Number))
            .description(Some("Rupees, with at most two decimals."))
            .examples([serde_json::json!(1171.68)])
            .into()
    }
}

impl ToSchema for Rupees {
    fn name() -> Cow<'static, str> {
        "Rupees".into()
    }
}

impl From<Paise> for Rupees {
    fn from(amount: Paise) -> Rupees {
        Rupees(amount)
    }
}

/// A percentage as a JSON number. As with [`Rupees`], its digits are read and written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PercentNumber(pub Percent);

impl Serialize for PercentNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(self.0.to_string()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PercentNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        raw.get().parse().map(PercentNumber).map_err(serde::de::Error::custom)
    }
}

impl PartialSchema for PercentNumber {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::Number))
            .description(Some("Percent, from 0 to 1000, with at most six decimals."))
            .examples([serde_json::json!(14.4)])
            .into()
    }
}

impl ToSchema for PercentNumber {
    fn name() -> Cow<'static, str> {
        "Percent".into()
    }
}

/// A decimal that is stored as text, written as a JSON number with exactly those digits; `null` where it is not known.
#[derive(Debug, Clone)]
pub struct Decimal(pub Option<String>);

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(text) => RawValue::from_string(text.clone()).map_err(serde::ser::Error::custom)?.serialize(serializer),
            None => serializer.serialize_none(),
        }
    }
}

impl PartialSchema for Decimal {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::Number, Type::Null])).into()
    }
}

impl ToSchema for Decimal {
    fn name() -> Cow<'static, str> {
        "Decimal".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_with_its_own_digits() {
        let json = serde_json::to_string(&[Rupees(Paise::new(117_168)), Rupees(Paise::from_rupees(5674))]).unwrap();
        assert_eq!(json, "[1171.68,5674]");
    }

    #[test]
    fn money_that_is_not_plain_rupees_is_refused() {
        for text in ["\"5\"", "1e3", "1.005", "-0.001", "null", "[]", "1e400", "true", "1000000000000.01"] {
            assert!(serde_json::from_str::<Rupees>(text).is_err(), "{text}");
        }
        assert_eq!(serde_json::from_str::<Rupees>("12500.50").unwrap(), Rupees(Paise::new(1_250_050)));
    }

    #[test]
    fn a_percentage_is_read_and_written_digit_by_digit() {
        let percent: PercentNumber = serde_json::from_str("14.40").unwrap();
        assert_eq!(serde_json::to_string(&percent).unwrap(), "14.4");
        for text in ["\"14.4\"", "1e1", "-1", "1000.1", "0.1234567", "null", "{}"] {
            assert!(serde_json::from_str::<PercentNumber>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_decimal_keeps_all_its_digits() {
        let json = serde_json::to_string(&Decimal(Some("0.006962299255855537".into()))).unwrap();
        assert_eq!(json, "0.006962299255855537");
        assert_eq!(serde_json::to_string(&Decimal(None)).unwrap(), "null");
    }
}
