"""What the books need of one run, small: care used, services staffed, beds taken, by month, and the run's prices."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BY_MONTH = ("people", "admissions", "care_home_people", "care_home_admissions", "beds_taken")


@dataclass(frozen=True)
class Activity:
    """One run by month of its window. Arrays are (months,).

    Attributes:
        months: "2016-04", in order.
        people: residents, on average.
        admissions: emergency admissions of residents.
        care_home_people: those who live in care homes, on average.
        care_home_admissions: emergency admissions of care-home residents.
        beds_taken: ward beds that anybody takes, on average over all hours.
        units: units of each item of the price list.
        prices: of this run, by item: pounds of the price year a unit, and the part of it that one unit more changes.
        services: what each intervention costs, in pounds of the price year, by id.
        rules: values of this run that the books go by: `bay_beds`, `bay_cost_share`.
        bed_day: item of the price list that is a night in an emergency bed.
    """

    months: tuple[str, ...]
    people: Floats
    admissions: Floats
    care_home_people: Floats
    care_home_admissions: Floats
    beds_taken: Floats
    units: Mapping[str, Floats]
    prices: Mapping[str, tuple[float, float]]
    services: Mapping[str, Floats]
    rules: Mapping[str, float]
    bed_day: str

    def packed(self) -> bytes:
        """As the content of a row: JSON, numbers as they are."""
        plain = {
            "months": self.months, "bed_day": self.bed_day, "prices": dict(self.prices), "rules": dict(self.rules),
            **{name: getattr(self, name).tolist() for name in BY_MONTH},
            "units": {name: values.tolist() for name, values in self.units.items()},
            "services": {name: values.tolist() for name, values in self.services.items()},
        }
        return json.dumps(plain, separators=(",", ":"), sort_keys=True).encode()

    @classmethod
    def unpacked(cls, content: bytes) -> Activity:
        """From the content of a row."""
        plain = json.loads(content)
        return cls(
            months=tuple(plain["months"]), bed_day=plain["bed_day"], rules=plain["rules"],
            prices={name: (pounds, share) for name, (pounds, share) in plain["prices"].items()},
            units={name: np.array(values, np.float64) for name, values in plain["units"].items()},
            services={name: np.array(values, np.float64) for name, values in plain["services"].items()},
            **{name: np.array(plain[name], np.float64) for name in BY_MONTH},
        )
