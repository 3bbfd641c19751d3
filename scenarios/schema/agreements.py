"""What a scenario may say of money that is agreed between organisations, and of its own priorities."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated

from pydantic import BaseModel, ConfigDict, WithJsonSchema, model_validator

from scenarios import units
from scenarios.resolved import ContractKind
from scenarios.schema import fields
from scenarios.units import Unreadable

KINDS: Mapping[str, ContractKind] = {
    "population budget": "population budget", "pooled budget": "pooled budget", "system incentive": "system incentive",
}
DEFAULT_SHARE = 0.5

Kind = Annotated[ContractKind, fields.reading(partial(fields.read_choice, choices=KINDS)),
                 WithJsonSchema({"enum": list(KINDS)})]
Share = Annotated[float, fields.reading(units.share), fields.described("a share", "50 %")]


class ContractFile(BaseModel):
    """Money agreed for the area: so much a person and year; without it, what doing nothing would cost."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    kind: Kind
    amount: fields.PersonCost = None
    shared: Share = DEFAULT_SHARE
    source: fields.Text = ""

    @model_validator(mode="after")
    def money_is_said_where_it_is_needed(self) -> ContractFile:
        """Only a population budget can be what doing nothing costs."""
        if self.amount is None and self.kind != "population budget":
            raise Unreadable('a line "amount: £68 a year per person"', "It is not said how much money there is.",
                             at="kind")
        return self
