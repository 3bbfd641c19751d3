"""The verification pack: its formulas, its rule, its networks on both engines, and its command."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration.verification import formulas, showing
from calibration.verification.both_engines import Agreement, rows_alike
from calibration.verification.cases import Case, Check, Trials
from calibration.verification.judging import DIFFERS, FAILS, OK, agrees_with_print, controlled, judge
from calibration.verification.pack import all_cases
from calibration.verification.running import verify
from simulation.engines import ENGINES
from tests.caresim.command_line import caresim as command_line

CHECKS = [(case, check) for case in all_cases().values() for check in case.checks]


def test_the_pack_has_every_case() -> None:
    """V1, V2, V4-V10, V15, V19, V20 and E1, E2, E4, E7, E10, E13."""
    ids = {name.split()[0] for name in all_cases()}
    assert {"V1", "V2", "V4", "V5", "V6", "V7", "V8", "V9", "V10", "V15", "V19", "V20"} <= ids
    assert {"E1", "E2", "E4", "E7", "E10", "E13"} <= ids


@pytest.mark.parametrize(("case", "check"), CHECKS, ids=[f"{case.id}: {check.what}" for case, check in CHECKS])
def test_formulas_give_what_is_printed(case: Case, check: Check) -> None:
    """Each exact value agrees with its source to the last digit that is printed there."""
    assert check.printed is None or agrees_with_print(check.value, check.printed), (case.id, check.value)
    assert check.rule != "exact" or check.error == 0.0


def test_a_chain_of_states_agrees_with_closed_forms() -> None:
    """Blocking lines without room, finite populations and patience that is endless are known in closed form."""
    assert formulas.tandem(1.0, 1.0, 1.0, 1, 1).throughput == pytest.approx(4.0 / 9.0)
    alone = formulas.finite_population(1, 1, 5.0, 1.0)
    assert alone[1] == pytest.approx(1.0 / 6.0)
    endless = formulas.with_patience(0.8, 1.0, 1, 0.0)
    assert sum(n * chance for n, chance in enumerate(endless)) == pytest.approx(4.0, rel=1e-6)


def test_controls_take_chance_out_and_leave_the_mean() -> None:
    """Where a number follows a control that is known, its error falls and its mean stays unbiased."""
    chance = np.random.default_rng(1)
    control = chance.normal(5.0, 1.0, 400)
    number = 3.0 + 2.0 * (control - 5.0) + chance.normal(0.0, 0.1, 400)
    plain = controlled(number[:, None], [])
    helped = controlled(np.column_stack([number, control]), [5.0])
    assert helped.error < plain.error / 10.0
    assert abs(helped.mean - 3.0) < 4.0 * helped.error


def judged(values: list[float], check: Check, quick: bool = False) -> str:
    """The verdict about estimates of a number."""
    return judge(Case("C", "", (check,)), check, np.array(values)[:, None], quick).verdict


def test_the_rule_is_that_of_the_page() -> None:
    """Exact: within t(99.95 %) errors that are small enough; published: within 3 combined; known wrong: not."""
    check = Check("n", "s", 1.0, lambda _: 1.0)
    assert judged([0.999, 1.001, 1.002, 0.999, 1.0, 1.001], check) == OK
    assert judged([1.1, 1.1001, 1.0999, 1.1, 1.1, 1.1], check) == FAILS
    assert judged([0.5, 1.5, 0.8, 1.2, 0.9, 1.1], check) == FAILS
    assert judged([0.9, 1.1, 0.95, 1.05, 0.98, 1.02], check, quick=True) == OK
    assert judged([1.1, 1.1001, 1.0999, 1.1], replace(check, rule="published", error=0.04)) == OK
    assert judged([1.2, 1.2001, 1.1999, 1.2], replace(check, rule="published", error=0.04)) == FAILS
    assert judged([1.2, 1.2001, 1.1999, 1.2], replace(check, wrong="a bug")) == DIFFERS
    assert judged([1.0, 1.0001, 0.9999, 1.0], replace(check, wrong="a bug")) == FAILS
    assert judged([1.2, 1.3, 1.25, 1.22], replace(check, rule="above")) == OK
    assert judged([0.8, 1.3, 1.05, 1.02], replace(check, rule="above")) == FAILS
    assert judged([1.0, 1.0, 1.0], replace(check, printed=1.5)) == FAILS
    assert judged([math.nan, 1.0, 1.0], check) == FAILS


@pytest.mark.parametrize("case", all_cases().values(), ids=list(all_cases()))
def test_both_engines_give_the_same_rows(case: Case) -> None:
    """Every network of the pack, over its first days: the stays are equal, row for row and column for column."""
    assert all(rows_alike(text, arrivals=100) >= 0 for text in list(case.networks.values())[:2])


def test_engines_that_differ_would_be_noticed() -> None:
    """What is compared is every column of every stay; what is said names the network."""
    text = all_cases()["V15 no waiting anywhere"].networks[""]
    assert rows_alike(text, arrivals=200) > 0
    usual = ENGINES["simpy"]
    with pytest.MonkeyPatch.context() as patch:
        other = lambda network, people, calendar, seed, number: usual(network, people, calendar, seed + 1, number)  # noqa: E731
        patch.setitem(ENGINES, "simpy", other)
        assert rows_alike(text, arrivals=200) == -1
    assert "DIFFER in V1" in str(Agreement(3, 20, ("V1",)))


def test_verdicts_do_not_depend_on_processes() -> None:
    """Two processes say what one says, in the order of the cases."""
    cases = [all_cases()["V20 3.5 %, at the start of years"], all_cases()["V15 no waiting anywhere"]]
    alone, together = (showing.records(verify(cases, quick=True, jobs=jobs)) for jobs in (1, 2))
    assert alone == together
    assert [record["case"] for record in alone] == [case.id for case in cases for _ in case.checks]


def test_a_wrong_engine_would_be_noticed() -> None:
    """A case whose exact value is a little off fails."""
    case = all_cases()["V15 no waiting anywhere"]
    off = replace(case.checks[0], value=case.checks[0].value * 1.03, printed=None)
    rows = np.array([[off.value / 1.03 + 0.001 * step] for step in (-1.0, 0.0, 1.0, 0.5, -0.5, 0.2)])
    assert judge(case, off, rows, quick=False).verdict == FAILS


def test_every_trial_has_the_same_draws_in_all_networks() -> None:
    """The numbers of a replication belong together: its networks are run with one seed and one number."""
    trials = Trials(7, 3, {})
    assert (trials.seed, trials.replication) == (7, 3)


@pytest.mark.end_to_end
def test_the_command_prints_a_table_and_ends_with_what_it_found(tmp_path: Path) -> None:
    """Numbers, formulas and verdicts; JSON with the same; an unknown case is answered with exit code 2."""
    ended = command_line("verify", "V20", "--jobs", "1", folder=tmp_path)
    assert ended.code == 0
    assert "3 numbers of 3 cases: 3 agree, none fails." in ended.out
    assert "Both engines tell the same: 3 stays of 3 networks, row for row." in ended.out
    assert max(len(line) for line in ended.out.splitlines()) <= 110
    document = json.loads(command_line("verify", "V20", "--jobs", "1", "--json", folder=tmp_path).out)
    assert [record["verdict"] for record in document["verdicts"]] == ["ok"] * 3
    assert command_line("verify", "V99", folder=tmp_path).code == 2
