"""A place's own mix of residential and nursing homes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scenarios.evidence import load
from scenarios.kinds_of_homes import changes_of_homes, residential_share, split_places
from scenarios.matching import changes_of
from scenarios.messages import BadInput
from scenarios.plausibility import check
from scenarios.reach import reach, reach_of
from scenarios.resolve import resolve

OF_RESIDENTS = "care_homes.residential_share [residents]"
WAYS = ("care_homes.residential_share [from hospital]", "care_homes.residential_share [from home]")


def test_a_place_that_says_nothing_has_englands_mix() -> None:
    """No row changes, and no place."""
    place = resolve("do-nothing").place
    assert place.residential_share is None
    assert changes_of(place, load()) == {}
    assert residential_share(place, load()) == load().value("care_homes.residential_share", "residents")
    assert split_places(place.services, None) == place.services


@pytest.mark.parametrize("share", [0.0, 0.16, 0.492695, 0.9, 1.0])
def test_those_who_come_keep_the_mix_as_it_is(share: float) -> None:
    """In England so many come from hospital and the rest from home that the mix lasts; so they do with any mix."""
    evidence = load()
    hospital, home = (evidence.value("care_homes.residential_share", way) for way in ("from hospital", "from home"))
    part = (home - evidence.value("care_homes.residential_share", "residents")) / (home - hospital)
    changes = changes_of_homes(replace(resolve("do-nothing").place, residential_share=share), evidence)
    assert changes[OF_RESIDENTS] == share
    assert part * changes[WAYS[0]] + (1.0 - part) * changes[WAYS[1]] == pytest.approx(share)
    assert all(0.0 <= changes[way] <= 1.0 for way in WAYS)
    others = [changes[f"care_homes.other_occupants [{kind}]"] for kind in ("residential", "nursing")]
    assert others == pytest.approx([298.0 * share, 298.0 * (1.0 - share)])


def test_wakefields_homes_are_mostly_nursing_homes() -> None:
    """16 % of residents and of places; as many places in all as for England's mix; said to be assumed; not odd."""
    resolved = resolve("care-home-teams", place="wakefield")
    place = resolved.place
    places = [place.services[f"{kind}_home_places"] for kind in ("residential", "nursing")]
    usual = resolve("care-home-teams", place="wigan").place.services
    assert places[0] / sum(places) == pytest.approx(0.16, abs=0.001)
    assert sum(places) / place.people == pytest.approx(
        sum(usual[f"{kind}_home_places"] for kind in ("residential", "nursing")) / 324_650, rel=0.1)
    assert any("E092" in text for text in place.assumed)
    assert not any("home places" in finding.text for finding in check(resolved, load()))
    plan = resolved.interventions[0]
    effect = next(one for one in plan.effects if one.home == "residential home")
    assert reach_of(effect, plan, place, load()).people == pytest.approx(0.16 * reach(plan, place, load()).people)


def test_places_that_a_place_counted_stay_as_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mix splits only places that nobody gave."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "population.csv").write_text("age_from,age_to,people\n0,64,8000\n65,,2000\n")
    text = "title: Mine\nyear: 2016/17\nresidents_in_residential_homes: {}\nservices:\n  nursing_home_places: 50\n"
    (tmp_path / "mine" / "place.yaml").write_text(text.format("30 %"))
    assert resolve("do-nothing", place="mine").place.services["nursing_home_places"] == 50
    (tmp_path / "mine" / "place.yaml").write_text(text.format("130 %"))
    with pytest.raises(BadInput, match="share from 0 % to 100 %"):
        resolve("do-nothing", place="mine")
