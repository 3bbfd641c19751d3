"""What a file of contracts may say: agreements between organisations, by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainValidator, WithJsonSchema, model_validator

from scenarios import units
from scenarios.contracts import KINDS, PAYERS, PROVIDERS, AgreementKind, Baseline, Status
from scenarios.messages import listed, nearest
from scenarios.schema import fields
from scenarios.units import Unreadable, plain

BASELINES: Mapping[str, Baseline] = {"base year": "base year", "doing nothing": "doing nothing"}
STATUSES: Mapping[str, Status] = {"sourced": "sourced", "derived": "derived", "assumption": "assumption"}
EARNED = {"growth of emergency admissions below doing nothing": True}
TOGETHER = 1e-6
NEEDS: Mapping[AgreementKind, tuple[tuple[str, str], ...]] = {
    "marginal rate": (("rate", "70 %"),),
    "blended": (("rate", "20 %"),),
    "capitation with gain share": (("shared", "50 %"),),
    "pooled budget": (("amount", "£68 a year per person"),),
    "system incentive": (("amount", "£33 a year per person"), ("providers", "its shares, on lines of their own")),
}
"""Keys without which a kind says nothing, and what one would look like."""
ONLY_FOR: Mapping[str, tuple[AgreementKind, ...]] = {
    "rate": ("marginal rate", "blended"),
    "shared": ("capitation with gain share",),
    "amount": ("block", "capitation with gain share", "pooled budget", "system incentive"),
    "providers": ("system incentive",),
    "earned_when": ("system incentive",),
    "baseline": ("block", "marginal rate", "blended", "capitation with gain share"),
}


def read_shares(known: tuple[str, ...], found: object) -> dict[str, float]:
    """Organisations and their shares: one alone, or a map whose shares make 100 %."""
    if isinstance(found, str):
        return {_organisation(known, found, ""): 1.0}
    if not isinstance(found, Mapping) or not found:
        raise Unreadable('one organisation, or lines such as "council: 50 %"')
    shares = {_organisation(known, key, key): fields.at_key(key, units.share, value) for key, value in found.items()}
    if abs(sum(shares.values()) - 1.0) > TOGETHER:
        raise Unreadable("shares that make 100 % together", f"Together they are {100 * sum(shares.values()):g} %.")
    return shares


def _organisation(known: tuple[str, ...], text: str, key: str) -> str:
    name = plain(text.replace("_", " "))
    if name not in known:
        raise Unreadable(listed(known), nearest=nearest(name, known), at=key, of_key=bool(key))
    return name


Kind = Annotated[AgreementKind, fields.reading(partial(fields.read_choice, choices={kind: kind for kind in KINDS})),
                 WithJsonSchema({"enum": list(KINDS)})]
Share = Annotated[float, fields.reading(units.share), fields.described("a share", "70 %")]
_SHARES = {"type": ["string", "object"], "additionalProperties": {"type": ["string", "number"]}}
PayerShares = Annotated[dict[str, float], PlainValidator(partial(read_shares, PAYERS)), WithJsonSchema(_SHARES)]
ProviderShares = Annotated[dict[str, float], PlainValidator(partial(read_shares, PROVIDERS)), WithJsonSchema(_SHARES)]
FromWhen = Annotated[Baseline, fields.reading(partial(fields.read_choice, choices=BASELINES)),
                     WithJsonSchema({"enum": list(BASELINES)})]
Standing = Annotated[Status, fields.reading(partial(fields.read_choice, choices=STATUSES)),
                     WithJsonSchema({"enum": list(STATUSES)})]
Earned = Annotated[bool, fields.reading(partial(fields.read_choice, choices=EARNED)),
                   WithJsonSchema({"enum": list(EARNED)})]


class AgreementFile(BaseModel):
    """What is paid for some care, as written."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    kind: Kind
    payer: PayerShares
    care: fields.Names = ()
    providers: ProviderShares = {}
    baseline: FromWhen = "doing nothing"
    amount: fields.PersonCost = None
    rate: Share = 0.0
    shared: Share = 0.0
    earned_when: Earned = True
    status: Standing = "assumption"
    source: fields.Text = ""

    @model_validator(mode="after")
    def says_what_its_kind_needs(self) -> AgreementFile:
        """Each kind has its own terms, and no others."""
        for key, example in NEEDS.get(self.kind, ()):
            if key not in self.model_fields_set:
                text = f"A contract of kind {self.kind} needs {key}, and it is not said."
                raise Unreadable(f'a line "{key}: {example}"', text, at="kind")
        for key, kinds in ONLY_FOR.items():
            if key in self.model_fields_set and self.kind not in kinds:
                raise Unreadable(f"{key} for {listed(kinds)} only", f"A contract of kind {self.kind} has no {key}.",
                                 at=key, of_key=True)
        if self.kind == "system incentive" and self.care:
            raise Unreadable("no care", "A system incentive is paid for a result, not for care.", at="care",
                             of_key=True)
        if self.kind != "system incentive" and not self.care:
            raise Unreadable('a line "care: emergency admissions"', "It is not said for which care.", at="kind")
        if self.status == "sourced" and not self.source:
            raise Unreadable('a line "source: ..."', "It is called sourced, and no source is given.", at="status")
        return self


class ContractsFile(BaseModel):
    """Contracts of an area, as written; each agreement is read by `AgreementFile`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    title: fields.Text
    summary: fields.Text = ""
    agreements: dict[str, AgreementFile]
    also_called: fields.Names = ()


def agreement_schema() -> dict[str, Any]:
    """The JSON Schema of a file of contracts."""
    return ContractsFile.model_json_schema()
