"""Numbers and dates as planners read them."""

from __future__ import annotations

from datetime import date

from scenarios.contracts import Agreement
from scenarios.resolved import CostSpec, EffectSpec, Intervention, RangeValue
from scenarios.units import months_after

SPELT = {
    "gp": "GP", "co_ordinator": "co-ordinator", "mental_health_worker": "mental-health worker",
    "home_care_worker": "home-care worker",
}
"""Roles of staff that are not spelt as their key is."""
SMALL = 0.01
"""Share below which whole per cents say nothing."""
POSTS = "whole-time posts (volunteers: people)"


def percent(value: float, decimals: int = 0, *, signed: bool = True) -> str:
    """A fraction in per cent: "-5 %"; as many decimals as are not nought."""
    text = f"{value * 100:+.{decimals}f}" if signed else f"{value * 100:.{decimals}f}"
    if decimals:
        text = text.rstrip("0").rstrip(".")
    return f"{text.replace('-0', '0') if float(text) == 0 else text} %".replace("+0 %", "0 %")


def change(value: RangeValue) -> str:
    """A relative change with its range: "-5 % (-15 % to 0 %)"."""
    best = percent(value.best, 1)
    return best if value.is_certain else f"{best} ({percent(value.low, 1)} to {percent(value.high, 1)})"


def ranged(value: RangeValue) -> str:
    """A number with its range: "0.5 (0 to 1)"."""
    return f"{value.best:g}" if value.is_certain else f"{value.best:g} ({value.low:g} to {value.high:g})"


def share(value: RangeValue) -> str:
    """A share with its range: "80 % (50 % to 95 %)"; small ones with decimals, "0.14 % (0.08 % to 0.2 %)"."""
    decimals = 2 if 0.0 < value.best < SMALL else 0
    best, low, high = (percent(number, decimals, signed=False) for number in (value.best, value.low, value.high))
    return best if value.is_certain else f"{best} ({low} to {high})"


def count(value: float) -> str:
    """A whole number with commas."""
    return f"{value:,.0f}"


def pounds(value: float) -> str:
    """Money in pounds, millions from a million on; the sign stands first: "-£844"."""
    size = abs(value)
    sign = "-" if value < 0.0 and round(size) else ""
    return f"{sign}£{size / 1e6:,.2f}m" if size >= 1e6 else f"{sign}£{size:,.0f}"


def month(day: date) -> str:
    """A month: "April 2027"."""
    return f"{day:%B %Y}"


def period(start: date, end: date) -> str:
    """Months from the first day to the day before the last: "April 2026 to March 2031"."""
    return f"{month(start)} to {month(months_after(end, -1))}"


def terms(agreement: Agreement) -> str:
    """What an agreement comes to: who pays whom for what, and how much."""
    payers = ", ".join(f"{name} {percent(part, signed=False)}" if part < 1.0 else name
                       for name, part in agreement.payers.items())
    parts = [agreement.kind, f"paid by {payers}"]
    if agreement.care:
        parts.append(f"for {', '.join(name.replace('_', ' ') for name in agreement.care)}")
    if agreement.providers:
        parts.append("to " + ", ".join(f"{name} {percent(part, signed=False)}"
                                       for name, part in agreement.providers.items()))
    if agreement.pounds_per_person is not None:
        parts.append(f"{pounds(agreement.pounds_per_person)} a year per person")
    elif agreement.kind != "activity tariff":
        follows = "the year before the change" if agreement.baseline == "base year" else agreement.baseline
        parts.append(f"the sum follows {follows}")
    if agreement.kind in ("marginal rate", "blended"):
        parts.append(f"{percent(agreement.rate, signed=False)} of the price "
                     f"{'above it' if agreement.kind == 'marginal rate' else 'for every difference'}")
    if agreement.kind == "capitation with gain share":
        parts.append(f"{percent(agreement.shared, signed=False)} of a gain or loss stays with providers")
    return "; ".join(parts)


def staffing(intervention: Intervention) -> str:
    """How teams build up: "0.5 from April 2017, 1 from October 2017"."""
    return ", ".join(f"{number:.3g} from {day:%b %Y}" for day, number in intervention.teams)


def cost(spec: CostSpec) -> str:
    """What it costs, in words."""
    parts = [
        f"{pounds(spec.set_up_gbp)} once" if spec.set_up_gbp else "",
        f"{pounds(spec.running_gbp_per_team_year)} a year per team" if spec.running_gbp_per_team_year else "",
        f"{pounds(spec.per_person_gbp_year)} a year per person" if spec.per_person_gbp_year else "",
    ]
    return "; ".join(part for part in parts if part) or "nothing"


def since_joining(effect: EffectSpec) -> str:
    """For which months of membership an effect holds."""
    if effect.from_month == 0:
        return "for each person" if effect.to_month is None else f"in each person's first {effect.to_month} months"
    if effect.to_month is None:
        return f"for each person after {effect.from_month} months"
    return f"for each person in months {effect.from_month + 1} to {effect.to_month}"


def ordinal(number: int) -> str:
    """"1st", "2nd", "3rd", "4th"."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def role(name: str) -> str:
    """A role of staff in words: "GP", "advanced nurse"."""
    return SPELT.get(name, name.replace("_", " "))


def staff(intervention: Intervention) -> str:
    """Posts of each team: "GP 0.1, nurse 2: whole-time posts per team"."""
    posts = ", ".join(f"{role(name)} {number:g}" for name, number in intervention.staff.items())
    return f"{posts}: {POSTS} per team" if posts else ""
