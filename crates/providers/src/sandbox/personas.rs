//! The list of personas. It drives the sandbox and its documentation alike.

use qist_app::ports::connector::ProviderKind::{
    self, Bureau, DeviceInsights, Esign, Gst, Kyc, Mandate, Payment, Payout, PennyDrop,
};

use super::persona::Says::{
    DeviceUnknown, FisScore, KycRejected, KycUnclear, NameAtBank, NoRecord, NoScore, Refused, Score, ScoreOfPan,
};
use super::persona::Then::{AsksFirst, AsksOnce, DownUntil, Later, Says, Silent, TimesOutFirst, Twice};
use super::persona::When::{
    AccountEnds, AmountEnds, CustomerIdStarts, DebitOf, GstinEntity, MobileEnds, PanDigits, PanDigitsAndDocument,
    PanDigitsBetween,
};
use super::persona::{Persona, Then, When};

/// Every persona; the first that fits counts. Digits do not overlap between kinds that read the same input, so that
/// one customer can be difficult for one provider and ordinary for all others.
pub const PERSONAS: &[Persona] = &[
    on(Bureau, PanDigits("0001"), Says(Score(520)), "ABCPD0001N"),
    on(Bureau, PanDigits("0002"), Says(NoScore), "ABCPD0002N"),
    on(Bureau, PanDigits("0003"), Says(NoRecord), "ABCPD0003N"),
    on(Bureau, PanDigits("0004"), AsksFirst, "ABCPD0004N"),
    on(Bureau, PanDigits("0005"), AsksOnce, "ABCPD0005N"),
    on(Bureau, PanDigits("0006"), Says(Refused("the bureau could not identify the person")), "ABCPD0006N"),
    on(Bureau, PanDigits("0007"), Later(2), "ABCPD0007N"),
    on(Bureau, PanDigits("0008"), Later(3), "ABCPD0008N"),
    on(Bureau, PanDigits("0009"), TimesOutFirst, "ABCPD0009N"),
    on(Bureau, PanDigits("0010"), DownUntil(3), "ABCPD0010N"),
    on(Bureau, PanDigits("0011"), Twice, "ABCPD0011N"),
    on(Bureau, PanDigitsBetween(300, 900), Says(ScoreOfPan), "ABCPD0720N"),
    on(DeviceInsights, CustomerIdStarts("nodevice"), Says(DeviceUnknown), "nodevice-17"),
    on(DeviceInsights, CustomerIdStarts("lowdevice"), Says(FisScore("0.1500")), "lowdevice-17"),
    on(
        DeviceInsights,
        CustomerIdStarts("refuseddevice"),
        Says(Refused("the device data may not be used")),
        "refuseddevice-17",
    ),
    on(DeviceInsights, CustomerIdStarts("latedevice"), Later(2), "latedevice-17"),
    on(DeviceInsights, CustomerIdStarts("laterdevice"), Later(3), "laterdevice-17"),
    on(DeviceInsights, CustomerIdStarts("silentdevice"), TimesOutFirst, "silentdevice-17"),
    on(DeviceInsights, CustomerIdStarts("downdevice"), DownUntil(3), "downdevice-17"),
    on(DeviceInsights, CustomerIdStarts("twicedevice"), Twice, "twicedevice-17"),
    on(Kyc, PanDigits("0101"), Says(KycRejected("name does not match")), "ABCPD0101N"),
    on(Kyc, PanDigits("0102"), Says(KycUnclear("the picture is blurred")), "ABCPD0102N"),
    on(Kyc, PanDigits("0103"), Later(2), "ABCPD0103N"),
    on(Kyc, PanDigits("0104"), Later(3), "ABCPD0104N"),
    on(Kyc, PanDigits("0105"), TimesOutFirst, "ABCPD0105N"),
    on(Kyc, PanDigits("0106"), DownUntil(3), "ABCPD0106N"),
    on(Kyc, PanDigits("0107"), Twice, "ABCPD0107N"),
    on(Kyc, PanDigitsAndDocument("0108", "selfie"), Says(KycUnclear("the face does not match")), "ABCPD0108N"),
    on(Kyc, PanDigitsAndDocument("0109", "address"), Says(KycRejected("the document has expired")), "ABCPD0109N"),
    on(Gst, GstinEntity("R"), Says(Refused("the registration is cancelled")), "27ABCPD1234NRZ5"),
    on(Gst, GstinEntity("L"), Later(2), "27ABCPD1234NLZB"),
    on(Gst, GstinEntity("M"), Later(3), "27ABCPD1234NMZA"),
    on(Gst, GstinEntity("T"), TimesOutFirst, "27ABCPD1234NTZ3"),
    on(Gst, GstinEntity("D"), DownUntil(3), "27ABCPD1234NDZJ"),
    on(Gst, GstinEntity("E"), Twice, "27ABCPD1234NEZI"),
    on(PennyDrop, AccountEnds("0001"), Says(Refused("account closed")), "50100000000001"),
    on(PennyDrop, AccountEnds("0002"), Says(NameAtBank("SOMEBODY ELSE")), "50100000000002"),
    on(PennyDrop, AccountEnds("0003"), Later(2), "50100000000003"),
    on(PennyDrop, AccountEnds("0004"), Later(3), "50100000000004"),
    on(PennyDrop, AccountEnds("0005"), TimesOutFirst, "50100000000005"),
    on(PennyDrop, AccountEnds("0006"), DownUntil(3), "50100000000006"),
    on(PennyDrop, AccountEnds("0007"), Twice, "50100000000007"),
    on(PennyDrop, AccountEnds("0008"), Silent, "50100000000008"),
    on(
        Mandate,
        AccountEnds("0101"),
        Says(Refused("the bank does not accept mandates on this account")),
        "50100000000101",
    ),
    on(Mandate, AccountEnds("0103"), Later(2), "50100000000103"),
    on(Mandate, AccountEnds("0104"), Later(3), "50100000000104"),
    on(Mandate, AccountEnds("0105"), TimesOutFirst, "50100000000105"),
    on(Mandate, AccountEnds("0106"), DownUntil(3), "50100000000106"),
    on(Mandate, AccountEnds("0107"), Twice, "50100000000107"),
    on(Mandate, DebitOf("0500", 0), Says(Refused("insufficient funds")), "50100000000500"),
    on(Mandate, DebitOf("0501", 1), Says(Refused("insufficient funds")), "50100000000501"),
    on(Mandate, DebitOf("0502", 2), Says(Refused("insufficient funds")), "50100000000502"),
    on(Mandate, DebitOf("0503", 3), Says(Refused("insufficient funds")), "50100000000503"),
    on(Payout, AccountEnds("0201"), Says(Refused("the beneficiary's bank returned the money")), "50100000000201"),
    on(Payout, AccountEnds("0203"), Later(2), "50100000000203"),
    on(Payout, AccountEnds("0204"), Later(3), "50100000000204"),
    on(Payout, AccountEnds("0205"), TimesOutFirst, "50100000000205"),
    on(Payout, AccountEnds("0206"), DownUntil(3), "50100000000206"),
    on(Payout, AccountEnds("0207"), Twice, "50100000000207"),
    on(Esign, MobileEnds("0301"), Says(Refused("the signer could not be identified")), "9999990301"),
    on(Esign, MobileEnds("0303"), Later(2), "9999990303"),
    on(Esign, MobileEnds("0304"), Later(3), "9999990304"),
    on(Esign, MobileEnds("0305"), TimesOutFirst, "9999990305"),
    on(Esign, MobileEnds("0306"), DownUntil(3), "9999990306"),
    on(Esign, MobileEnds("0307"), Twice, "9999990307"),
    on(Payment, MobileEnds("0401"), Says(Refused("insufficient funds")), "9999990401"),
    on(Payment, MobileEnds("0403"), Later(2), "9999990403"),
    on(Payment, MobileEnds("0404"), Later(3), "9999990404"),
    on(Payment, MobileEnds("0405"), TimesOutFirst, "9999990405"),
    on(Payment, MobileEnds("0406"), DownUntil(3), "9999990406"),
    on(Payment, MobileEnds("0407"), Twice, "9999990407"),
    on(Payment, AmountEnds("0401"), Says(Refused("insufficient funds")), "1204.01"),
    on(Payment, AmountEnds("0403"), Later(2), "1204.03"),
    on(Payment, AmountEnds("0404"), Later(3), "1204.04"),
    on(Payment, AmountEnds("0405"), TimesOutFirst, "1204.05"),
    on(Payment, AmountEnds("0406"), DownUntil(3), "1204.06"),
    on(Payment, AmountEnds("0407"), Twice, "1204.07"),
];

const fn on(kind: ProviderKind, when: When, then: Then, example: &'static str) -> Persona {
    Persona { kind, when, then, example }
}
