//! Where a customer stands before a loan: the contract's customer status, and every move of it.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UserStatus {
    UserCreated,
    UserTokenIssued,
    UserProfileUpdated,
    UserQualified,
    UserDisqualified,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserAction {
    IssueToken,
    UpdateProfile,
    Qualify,
    Disqualify,
}

impl UserAction {
    pub const ALL: &[UserAction] =
        &[UserAction::IssueToken, UserAction::UpdateProfile, UserAction::Qualify, UserAction::Disqualify];
}

impl UserStatus {
    pub const ALL: &[UserStatus] = &[
        UserStatus::UserCreated,
        UserStatus::UserTokenIssued,
        UserStatus::UserProfileUpdated,
        UserStatus::UserQualified,
        UserStatus::UserDisqualified,
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            UserStatus::UserCreated => "USER_CREATED",
            UserStatus::UserTokenIssued => "USER_TOKEN_ISSUED",
            UserStatus::UserProfileUpdated => "USER_PROFILE_UPDATED",
            UserStatus::UserQualified => "USER_QUALIFIED",
            UserStatus::UserDisqualified => "USER_DISQUALIFIED",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<UserStatus> {
        Self::ALL.iter().copied().find(|status| status.name() == name)
    }

    /// The status after `action`, or `None` where the action is refused. The match is total on purpose.
    #[must_use]
    pub fn after(self, action: UserAction) -> Option<UserStatus> {
        use UserAction::{Disqualify, IssueToken, Qualify, UpdateProfile};
        use UserStatus::{UserCreated, UserDisqualified, UserProfileUpdated, UserQualified, UserTokenIssued};
        match (self, action) {
            (UserCreated, IssueToken) => Some(UserTokenIssued),
            (status, IssueToken) => Some(status),
            (UserCreated | UserTokenIssued | UserProfileUpdated, UpdateProfile) => Some(UserProfileUpdated),
            // A later mend of the profile asks the rules again.
            (UserQualified | UserDisqualified, UpdateProfile) => Some(UserProfileUpdated),
            (UserProfileUpdated | UserQualified, Qualify) => Some(UserQualified),
            (UserProfileUpdated | UserDisqualified, Disqualify) => Some(UserDisqualified),
            (UserQualified, Disqualify) => Some(UserDisqualified),
            (UserDisqualified, Qualify) => Some(UserQualified),
            (UserCreated | UserTokenIssued, Qualify | Disqualify) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_qualified_before_a_profile_exists() {
        for status in [UserStatus::UserCreated, UserStatus::UserTokenIssued] {
            assert_eq!(status.after(UserAction::Qualify), None);
            assert_eq!(status.after(UserAction::Disqualify), None);
        }
    }

    #[test]
    fn a_token_never_takes_a_customer_back() {
        for status in UserStatus::ALL {
            let after = status.after(UserAction::IssueToken).unwrap();
            assert!(after == *status || *status == UserStatus::UserCreated);
        }
    }
}
