"""Reads numbers, money, dates and ranges as planners write them: "£250,000 once", "-5 % (-15 % to 0 %)", "Apr 2027"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from scenarios.resolved import RangeValue, Scale

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)
NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
MAGNITUDES = {"": 1.0, "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
LARGEST = 1e15
EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
TEAM_WORDS = "team|network|service|hub|home"
Per = Literal["place", "team", "person"]


class Unreadable(ValueError):
    """A value that cannot be read.

    Attributes:
        allowed: what may be written instead.
        text: what is wrong with it, as a sentence; empty when `allowed` says it all.
        nearest: the allowed word most like what was found.
        at: canonical key inside a map ("outer/inner") of what cannot be read; empty when it is the value as a whole.
        of_key: whether it is the key itself, not its value, that cannot be read.
        alike: what objections to several lines of a table have in common, when their texts differ; such objections
            are told once.
    """

    def __init__(self, allowed: str, text: str = "", nearest: str = "", at: str = "", *, of_key: bool = False,
                 alike: str = "") -> None:
        self.allowed = allowed
        self.text = text
        self.nearest = nearest
        self.at = at
        self.of_key = of_key
        self.alike = alike or text or allowed
        super().__init__(text or allowed)

    def under(self, key: str) -> Unreadable:
        """The same, put down to a key of a map."""
        return Unreadable(self.allowed, self.text, self.nearest, key, of_key=self.of_key)

    def about_the_key(self) -> Unreadable:
        """The same, about a key rather than its value."""
        return Unreadable(self.allowed, self.text, self.nearest, self.at, of_key=True)


@dataclass(frozen=True)
class Money:
    """Pounds, once or every year, for the whole place, per team or per person."""

    pounds: float
    yearly: bool
    per: Per


def names(text: str) -> tuple[str, ...]:
    """Names separated by semicolons."""
    return tuple(" ".join(part.split()) for part in text.split(";") if part.strip())


def plain(text: str) -> str:
    """Text in small letters with one space between words, and every kind of dash and minus as "-"."""
    text = re.sub("[\u2010-\u2015\u2212]", "-", text.replace("\u00a0", " "))
    return " ".join(text.lower().split())


def number(text: str) -> float:
    """A number with or without thousands commas: "1,234.5"."""
    cleaned = plain(text)
    if not re.fullmatch(NUMBER, cleaned):
        raise Unreadable("a number, for example 400 or 1,250.5", _why_no_number(cleaned))
    value = float(cleaned.replace(",", ""))
    if abs(value) > LARGEST:
        raise Unreadable("a number below a thousand million million")
    return value


def amount(text: str) -> float:
    """A number that is not below zero."""
    value = number(text)
    if value < 0:
        raise Unreadable("a number that is not below zero")
    return value


def percentage(text: str) -> float:
    """A percentage as a fraction: "5 %" is 0.05."""
    cleaned = plain(text)
    if not cleaned.endswith("%"):
        raise Unreadable('a percentage, for example "5 %"', "There is no % sign, so 0.05 and 5 cannot be told apart.")
    return number(cleaned.removesuffix("%").strip()) / 100.0


def share(text: str) -> float:
    """A share of a whole, from 0 to 1: "80 %" or "0.8"."""
    value = percentage(text) if "%" in text else number(text)
    if not 0.0 <= value <= 1.0:
        raise Unreadable("a share from 0 % to 100 %")
    return value


def change(text: str) -> RangeValue:
    """A relative change, best guess and range: "-5 % (-15 % to 0 %)" is -0.05 (-0.15 to 0)."""
    allowed = 'a change in per cent with its range, for example "-5 % (-15 % to 0 %)"'
    parts = [percentage(part if "%" in part else f"{part} %") for part in _range_parts(text, allowed)]
    if "%" not in text:
        raise Unreadable(allowed, "There is no % sign, so 0.05 and 5 cannot be told apart.")
    if min(parts) <= -1.0:
        raise Unreadable("a change above -100 %", "Nothing can fall by 100 % or more.")
    return _in_order(parts, "change")


def share_range(text: str) -> RangeValue:
    """A share and its range: "80 % (50 % to 95 %)" or "0.8 (0.5 to 0.95)"."""
    allowed = 'a share with its range, for example "80 % (50 % to 95 %)"'
    unit = " %" if "%" in text else ""
    parts = [share(part if "%" in part else f"{part}{unit}") for part in _range_parts(text, allowed)]
    return _in_order(parts, "share")


def plain_range(text: str) -> RangeValue:
    """A number and its range: "0.5 (0 to 1)"."""
    parts = [number(part) for part in _range_parts(text, 'a number with its range, for example "0.5 (0 to 1)"')]
    return _in_order(parts, "plain")


def money(text: str) -> Money:
    """Pounds and what they are for: "£250,000 once", "£700,000 a year per team", "£12 a year per person"."""
    allowed = 'money in pounds, for example "£250,000 once" or "£700,000 a year per team"'
    match = re.fullmatch(
        rf"(?:£|gbp) ?({NUMBER}) ?(k|thousand|m|million|bn|billion)?"
        rf"(?: (once|a year|per year|each year))?(?: per ({TEAM_WORDS}|person|place))?(?: (a year|per year|once))?",
        plain(text),
    )
    if match is None:
        raise Unreadable(allowed, "Write the £ sign." if re.match(NUMBER, plain(text)) else "")
    digits, magnitude, first_when, per, last_when = match.groups()
    pounds = number(digits) * MAGNITUDES[magnitude or ""]
    when = first_when or last_when
    if when is None or (first_when and last_when):
        raise Unreadable(allowed, 'Say "once" or "a year".')
    if pounds < 0:
        raise Unreadable(allowed, "A cost is not below zero; a saving is a result, not an input.")
    return Money(pounds, when != "once", _per(per))


def _per(word: str | None) -> Per:
    if word is None or word == "place":
        return "place"
    return "person" if word == "person" else "team"


def caseload(text: str) -> float:
    """People per team at a time: "400 people per team" or "400"."""
    match = re.fullmatch(rf"({NUMBER})(?: people| patients| members| residents)?(?: (?:per|a) (?:{TEAM_WORDS}))?",
                         plain(text))
    if match is None or number(match.group(1)) <= 0:
        raise Unreadable('people per team, for example "400 people per team"')
    return number(match.group(1))


def contacts(text: str) -> float:
    """Contacts per person and month: "2 a month per person"."""
    pattern = rf"({NUMBER}) (?:contacts? )?(?:a|per|each) (month|week|year)(?: per person| each)?"
    match = re.fullmatch(pattern, plain(text))
    if match is None or number(match.group(1)) < 0:
        raise Unreadable('contacts per person, for example "2 a month per person"')
    return number(match.group(1)) * {"month": 1.0, "week": 365.25 / 7 / 12, "year": 1.0 / 12}[match.group(2)]


def months(text: str) -> int:
    """A length of time in whole months: "3 months", "1 year", "at once"."""
    cleaned = plain(text)
    if cleaned in ("at once", "immediately", "none", "0"):
        return 0
    match = re.fullmatch(r"(\d+) (months?|years?)", cleaned)
    if match is None:
        raise Unreadable('a length of time, for example "3 months", "1 year" or "at once"')
    whole = int(match.group(1)) * (12 if match.group(2).startswith("year") else 1)
    if whole > 12 * (LATEST_YEAR - EARLIEST_YEAR):
        raise Unreadable("a length of time shorter than a century")
    return whole


def month(text: str) -> date:
    """The first day of a month: "Apr 2027", "April 2027", "2027-04" or "1 April 2027"."""
    allowed = 'a month and year, for example "Apr 2027"'
    cleaned = plain(text)
    match = re.fullmatch(r"(?:(\d{1,2}) )?([a-z]+)[ .]+(\d{4})", cleaned)
    if match:
        day, word, year = match.group(1), match.group(2), int(match.group(3))
        if day and int(day) != 1:
            raise Unreadable(allowed, "Changes begin on the first of a month: leave the day out.")
        return _first_of(year, _month_number(word, allowed), allowed)
    match = re.fullmatch(r"(\d{4})-(\d{1,2})(?:-0?1)?", cleaned)
    if match:
        return _first_of(int(match.group(1)), int(match.group(2)), allowed)
    if re.fullmatch(r"[a-z]{3,9}[- ]\d\d", cleaned):
        raise Unreadable(allowed, "Excel has shortened a date, and whether it is a day or a year is lost.")
    raise Unreadable(allowed)


def window(text: str) -> tuple[date, date]:
    """First day and first day after, from "April 2026 to March 2031" (the last month is included)."""
    allowed = 'two months, for example "April 2026 to March 2031"'
    start_text, to, end_text = plain(text).partition(" to ")
    if not to:
        raise Unreadable(allowed)
    start, last = month(start_text), month(end_text)
    if last < start:
        raise Unreadable(allowed, "It ends before it begins.")
    return start, months_after(last, 1)


def months_after(day: date, count: int) -> date:
    """The first of the month `count` months after that of `day`; count may be negative."""
    index = day.year * 12 + day.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def financial_year(text: str) -> str:
    """A financial year, "2016/17"; "2016-17" is read too."""
    match = re.fullmatch(r"(\d{4})[/-](\d\d)", plain(text))
    if match is None or (int(match.group(1)) + 1) % 100 != int(match.group(2)):
        raise Unreadable('a financial year, for example "2016/17"')
    return f"{match.group(1)}/{match.group(2)}"


def _first_of(year: int, month_number: int, allowed: str) -> date:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR or not 1 <= month_number <= 12:
        raise Unreadable(allowed, f"Months run from January {EARLIEST_YEAR} to December {LATEST_YEAR}.")
    return date(year, month_number, 1)


def _month_number(word: str, allowed: str) -> int:
    for index, name in enumerate(MONTHS, 1):
        if word == name or (len(word) >= 3 and name.startswith(word)) or (word == "sept" and index == 9):
            return index
    raise Unreadable(allowed, f'"{word}" is not a month.')


def _range_parts(text: str, allowed: str) -> list[str]:
    """Best guess, low and high as written; best three times when no range is given."""
    match = re.fullmatch(r"([^()]+?)(?: ?\(([^()]+?) to ([^()]+?)\))?", plain(text))
    if match is None:
        raise Unreadable(allowed)
    best, low, high = match.groups()
    return [best, low, high] if low else [best, best, best]


def _in_order(parts: list[float], scale: Scale) -> RangeValue:
    best, low, high = parts
    if not low <= best <= high:
        raise Unreadable("a range from low to high with the best guess inside it", "The numbers are not in order.")
    return RangeValue(best, low, high, scale)


def _why_no_number(cleaned: str) -> str:
    if re.fullmatch(r"[+-]?\d+,\d{1,2}", cleaned):
        return "A comma separates thousands; for decimals write a point."
    if re.fullmatch(r"\d{1,2}-[a-z]{3}", cleaned):
        return "Excel has turned a range of numbers into a date."
    return ""
