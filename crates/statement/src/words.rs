//! The contract's words for what a transaction is and what is wrong with one.

use crate::spelled::spelled;

spelled! {
    /// How the money moved. A row that no rule covers has none, which the contract writes as an empty text.
    Channel {
        AutoDebitPayment = "auto_debit_payment",
        /// The credit that takes a failed auto-debit back; the bank's fee for it is a [`Channel::BankCharge`].
        AutoDebitPaymentBounce = "auto_debit_payment_bounce",
        BankCharge = "bank_charge",
        BankInterest = "bank_interest",
        BillPayment = "bill_payment",
        CashDeposit = "cash_deposit",
        CashWithdrawl = "cash_withdrawl",
        Chq = "chq",
        DebitCard = "debit_card",
        InternationalTransactionArbitrage = "international_transaction_arbitrage",
        Investment = "investment",
        InvestmentCashin = "investment_cashin",
        InwardChequeBounce = "inward_cheque_bounce",
        NetBankingTransfer = "net_banking_transfer",
        OutwardChequeBounce = "outward_cheque_bounce",
        PaymentGatewayPurchase = "payment_gateway_purchase",
        Refund = "refund",
        Salary = "salary",
        Upi = "upi",
    }
}

spelled! {
    /// What it was for, more closely than the channel. A row without one has an empty text in the contract.
    Description {
        PenaltyCharge = "penalty_charge",
        AchBounceCharge = "ach_bounce_charge",
        ChqBounceCharge = "chq_bounce_charge",
        CreditCardBill = "credit_card_bill",
        TelcoBill = "telco_bill",
        ElectricBill = "electric_bill",
        ChqBounceInsuffFunds = "chq_bounce_insuff_funds",
        NeftReturn = "neft_return",
        LenderTransaction = "lender_transaction",
    }
}

spelled! {
    /// What the merchant sells. A row without one has an empty text in the contract.
    Category {
        Alcohol = "alcohol",
        Bills = "bills",
        Entertainment = "entertainment",
        Ewallet = "ewallet",
        Food = "food",
        Fuel = "fuel",
        Gambling = "gambling",
        Groceries = "groceries",
        Investments = "investments",
        Loans = "loans",
        Medical = "medical",
        Shopping = "shopping",
        Trading = "trading",
        Travel = "travel",
    }
}

spelled! {
    /// What may be wrong with a statement. The last four are additions of our own.
    Fraud {
        AuthorFraud = "author_fraud",
        DateFraud = "date_fraud",
        InconsistentTransaction = "inconsistent_transaction",
        MoreCashDepositsThanSalary = "more_cash_deposits_than_salary",
        SalaryRemainsUnchanged = "salary_remains_unchanged",
        Salary1000Multiple = "salary_1000_multiple",
        MostlyCashTransactions = "mostly_cash_transactions",
        EqualCreditDebit = "equal_credit_debit",
        NegativeBalance = "negative_balance",
        Tax100Multiple = "tax_100_multiple",
        MinRtgsAmount = "min_rtgs_amount",
        CashDepositBankHolidayTransaction = "cash_deposit_bank_holiday_transaction",
        ChqBankHolidayTransaction = "chq_bank_holiday_transaction",
        OutwardChequeBounceBankHolidayTransaction = "outward_cheque_bounce_bank_holiday_transaction",
        InwardChequeBounceBankHolidayTransaction = "inward_cheque_bounce_bank_holiday_transaction",
        MoreThan15DaysCredit = "more_than_15_days_credit",
        FontMismatch = "font_mismatch",
        OverlappingText = "overlapping_text",
        SummaryTotalMismatch = "summary_total_mismatch",
        IncrementalUpdate = "incremental_update",
    }
}

spelled! {
    /// What a finding is about.
    FraudLevel {
        File = "file",
        Account = "account",
        Transaction = "transaction",
    }
}
