"""Takes from a run what the books need, which are kept when all runs of a study are there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from outputs.ledger.activity import Activity
from outputs.measures.beds import beds_taken
from outputs.measures.cost import cost_of_service, units_of_item
from outputs.measures.view import View
from outputs.prices import COUNTS_NIGHTS
from simulation.stays import CARE_HOME_BAND


def activity_of(view: View, rules: Mapping[str, float]) -> Activity:
    """What the books need of a run.

    Args:
        view: the run; its prices are those of the run.
        rules: see `Activity`.
    """
    taken = beds_taken(view)
    prices = view.prices.prices
    return Activity(
        months=tuple(month.name for month in view.months),
        people=np.array([view.mean_people(month) for month in view.months]),
        admissions=np.array([view.admitted.count(month) for month in view.months], np.float64),
        care_home_people=np.array([view.mean_people(month, CARE_HOME_BAND) for month in view.months]),
        care_home_admissions=np.array([
            np.count_nonzero(view.admissions.care_home[view.admitted.within(month)]) for month in view.months
        ], np.float64),
        beds_taken=np.array([taken.seconds(month) / month.seconds for month in view.months]),
        units={price.item: np.array([units_of_item(view, month, price) for month in view.months]) for price in prices},
        prices={price.item: (price.value.best, price.marginal_share.best) for price in prices},
        services={
            plan.id: np.array([cost_of_service(view, month, plan) for month in view.months])
            for plan in view.resolved.interventions
        },
        rules=dict(rules),
        bed_day=next(price.item for price in prices if price.counts == COUNTS_NIGHTS),
    )
