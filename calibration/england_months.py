"""England's months of A&E, April 2016 to March 2018: what the months of the model are compared with and solved for."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.evidence import EVIDENCE

SERIES_MONTHS = tuple(
    f"{year}-{month:02d}"
    for year, months in ((2016, range(4, 13)), (2017, range(1, 13)), (2018, range(1, 4)))
    for month in months
)
MEASURES = {
    "type 1": "ae_type1_attendances_per_day",
    "all attendances": "ae_attendances_per_day",
    "admissions via A&E": "admissions_through_ae_per_day",
}
"""Each published series and the measure that shows the same."""


def england_months() -> dict[str, NDArray[np.float64]]:
    """Published series a day, each as an index of its 24-month mean."""
    series = pd.read_csv(EVIDENCE / "england_ae_monthly.csv")
    days = pd.to_datetime(series["month"]).dt.days_in_month
    series["attendances_per_day"] = series["attendances"] / days
    series["admissions_per_day"] = series["admissions"] / days
    of_type_1 = series[series["type"] == "type_1"].set_index("month")["attendances_per_day"]
    totals = series.groupby("month")[["attendances_per_day", "admissions_per_day"]].sum()
    published = (of_type_1, totals["attendances_per_day"], totals["admissions_per_day"])
    return {name: _index(values) for name, values in zip(MEASURES, published, strict=True)}


def simulated_months(table: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """The same of simulated runs, averaged over runs; a series without all of its months is left out.

    Args:
        table: measures of one or more runs: columns measure, period, stratum, value.
    """
    everybody = table[table["stratum"] == "all"]
    found = {}
    for name, measure in MEASURES.items():
        values = everybody[everybody["measure"] == measure].groupby("period")["value"].mean()
        if set(SERIES_MONTHS) <= set(values.index):
            found[name] = _index(values)
    return found


def _index(values: pd.Series) -> NDArray[np.float64]:
    chosen = values.reindex(list(SERIES_MONTHS)).to_numpy(float)
    return np.asarray(chosen / chosen.mean(), np.float64)
