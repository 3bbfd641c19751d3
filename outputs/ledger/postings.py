"""Double-entry books in whole pence: every posting debits somebody and credits somebody else, month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
ViewName = Literal["payments", "resources", "average cost"]
VIEWS: tuple[ViewName, ...] = ("payments", "resources", "average cost")
"""Three views of the same care, which are never added to each other."""
PENCE = 100.0


class Unbalanced(Exception):
    """Debits and credits differ; the message says in which view, account and month."""


@dataclass(frozen=True)
class Entry:
    """One side of a posting.

    Attributes:
        organisation: whose books it stands in.
        account: what for.
        counterparty: who stands on the other side.
        pence: (months,) debits are positive (paid, spent), credits negative (received).
    """

    view: ViewName
    organisation: str
    account: str
    counterparty: str
    pence: Ints


@dataclass
class Books:
    """The entries of one run."""

    months: int
    entries: list[Entry] = field(default_factory=list)

    def post(self, view: ViewName, account: str, payer: str, receiver: str, pence: Ints) -> None:
        """Let one organisation pay another; nothing is posted where both are one, or nothing is paid."""
        if payer == receiver or not pence.any():
            return
        self.entries.append(Entry(view, payer, account, receiver, pence))
        self.entries.append(Entry(view, receiver, account, payer, -pence))

    def post_shared(
        self, view: ViewName, account: str, payers: Mapping[str, float], receiver: str, pence: Ints
    ) -> None:
        """Let several organisations pay one, each its share, to the penny."""
        for payer, part in zip(payers, split(pence, tuple(payers.values())), strict=True):
            self.post(view, account, payer, receiver, part)

    def check(self) -> None:
        """See that debits equal credits in every view and account, month by month.

        Raises:
            Unbalanced: when they do not.
        """
        sums: dict[tuple[str, str], Ints] = {}
        for entry in self.entries:
            key = (entry.view, entry.account)
            sums[key] = sums.get(key, np.zeros(self.months, np.int64)) + entry.pence
        for (view, account), total in sums.items():
            if total.any():
                month = int(np.flatnonzero(total)[0])
                raise Unbalanced(f"{view}, {account}: debits less credits are {total[month]} pence in month {month}")

    def totals(self, view: ViewName) -> tuple[int, int]:
        """All debits and all credits of a view, in pence."""
        own = [entry.pence for entry in self.entries if entry.view == view]
        debits = sum(int(pence[pence > 0].sum()) for pence in own)
        credits_ = sum(int(-pence[pence < 0].sum()) for pence in own)
        return debits, credits_


def pence_of(pounds: NDArray[np.float64]) -> Ints:
    """Pounds in whole pence, to the nearest."""
    return np.rint(np.asarray(pounds, np.float64) * PENCE).astype(np.int64)


def split(pence: Ints, shares: Sequence[float]) -> list[Ints]:
    """Amounts shared out in whole pence, which together are the amounts exactly.

    Each gets the whole pence of its share; the pence left over go to the largest fractions, the first of equals first.

    Args:
        pence: (months,) amounts, of either sign.
        shares: not below zero; together 1.

    Raises:
        ValueError: when shares are not shares.
    """
    parts = np.asarray(shares, np.float64)
    if len(parts) == 0 or parts.min() < 0.0 or abs(parts.sum() - 1.0) > 1e-6:
        raise ValueError(f"shares {shares} do not make one whole")
    exact = np.multiply.outer(pence.astype(np.float64), parts / parts.sum())
    whole = np.floor(exact).astype(np.int64)
    over = pence - whole.sum(axis=1)
    rank = np.argsort(np.argsort(-(exact - whole), axis=1, kind="stable"), axis=1, kind="stable")
    whole += rank < over[:, None]
    whole[:, int(parts.argmax())] += pence - whole.sum(axis=1)
    return list(whole.T)
