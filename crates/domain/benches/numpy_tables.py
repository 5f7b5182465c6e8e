"""Amortisation tables a second by numpy-financial, for comparison: 36 rows of interest, principal and balance each."""

import sys
import time

import numpy as np
import numpy_financial as npf


def table(amount, monthly, rows):
    number = np.arange(1, rows + 1)
    interest = -npf.ipmt(monthly, number, rows, amount)
    principal = -npf.ppmt(monthly, number, rows, amount)
    balance = amount - np.cumsum(principal)
    return interest, principal, balance


seconds = float(sys.argv[1])
made, began = 0, time.perf_counter()
while time.perf_counter() - began < seconds:
    for _ in range(100):
        table(100_000 + made, 0.15 / 12, 36)
        made += 1
print(made / (time.perf_counter() - began))
