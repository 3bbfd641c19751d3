"""YAML as text with lines."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios import yaml_reader
from scenarios.messages import BadInput
from scenarios.yaml_reader import Mapping, Scalar, Sequence, canonical, parse_yaml, read_text, read_yaml, walk

PLAN = """\
title: My plan  # a comment
use:
  extensivist-teams:
    cost:
      set_up: £250,000 once
    effects:
      acute crises, after month 12: -5 % (-15 % to 0 %)
    evidence: [E103, E106]
  neighbourhood networks: off
"""


def test_every_value_knows_its_line() -> None:
    """Lines are those of the file, whatever the depth; comments are left out."""
    lines = {path[-1]: (scalar.text, scalar.origin.line) for path, scalar in walk(parse_yaml(PLAN, "plan.yaml"))}
    assert lines["title"] == ("My plan", 1)
    assert lines["set_up"] == ("£250,000 once", 5)
    assert lines["acute_crises,_after_month_12"] == ("-5 % (-15 % to 0 %)", 7)
    assert lines["1"] == ("E106", 8)
    assert lines["neighbourhood_networks"] == ("off", 9)


def test_keys_are_found_however_they_are_written() -> None:
    """Capitals, spaces, underscores and hyphens are one."""
    tree = parse_yaml("Set-up  cost: 1\n", "plan.yaml")
    assert isinstance(tree.get("set_up_cost"), Scalar)
    assert tree.get("set-up cost") == tree.get("SET UP COST")


def test_nothing_is_guessed_about_types() -> None:
    """Words, numbers and times stay the text that was written."""
    tree = parse_yaml("a: no\nb: 12:30\nc: 0777\nd: 1e3\ne: 2026-04-01\nf: 'null'\n", "plan.yaml")
    assert [scalar.text for _, scalar in walk(tree)] == ["no", "12:30", "0777", "1e3", "2026-04-01", "null"]


@pytest.mark.parametrize("text", ["a:\n", "a: ~\n", "a: null\n"])
def test_nothing_written_is_empty_text(text: str) -> None:
    """An empty value and a plain null are the same."""
    assert [scalar.text for _, scalar in walk(parse_yaml(text, "plan.yaml"))] == [""]


@pytest.mark.parametrize(
    "tag",
    ["!!python/object/apply:os.system", "!!python/name:os.system", "!!binary", "!anything", "!!python/module:os"],
)
def test_a_tag_is_refused_and_never_executed(tag: str, tmp_path: Path) -> None:
    """Language objects are named in the message; nothing runs."""
    target = tmp_path / "ran"
    with pytest.raises(BadInput, match="never executed"):
        parse_yaml(f'title: {tag} ["touch {target}"]\n', "plan.yaml")
    assert not target.exists()


def test_a_repeat_that_does_not_explode_is_read() -> None:
    """An anchor used twice is a plain copy, with the line of the original."""
    tree = parse_yaml("a: &teams\n  Apr 2027: 1\nb: *teams\n", "plan.yaml")
    assert isinstance(tree.get("b"), Mapping)
    assert [scalar.origin.line for _, scalar in walk(tree)] == [2, 2]


def test_an_anchor_named_twice_makes_no_noise(recwarn: pytest.WarningsRecorder) -> None:
    """The later one counts, and nothing is printed beside our own messages."""
    tree = parse_yaml("a: &x 1\nb: &x 2\nc: *x\n", "plan.yaml")
    assert [scalar.text for _, scalar in walk(tree)] == ["1", "2", "2"]
    assert len(recwarn) == 0


def test_a_very_deep_file_is_refused() -> None:
    """Depth is bounded, so that no file exhausts the reader."""
    with pytest.raises(BadInput):
        parse_yaml("a: " + "[" * 500 + "]" * 500 + "\n", "plan.yaml")


@pytest.mark.parametrize(
    "text",
    ["x: {cost: £250,000, b: 1}\n", "x: {cost: £250,000 once, b: 1}\n", "x: {a: 1, cost: £1,250,000}\n",
     "x: [£250,000]\n"],
)
def test_money_split_by_braces_is_put_together_in_the_message(text: str) -> None:
    """YAML would read "£250" and a junk key; the planner is told so."""
    with pytest.raises(BadInput, match=r"£[\d,]+,\d{3}"):
        parse_yaml(text, "plan.yaml")


def test_numbers_in_braces_that_are_not_money_are_left_alone() -> None:
    """Dated teams in braces are read as they stand."""
    tree = parse_yaml("teams: {Apr 2027: 0.5, Oct 2027: 1, Apr 2028: 200, 300: 400}\n", "plan.yaml")
    assert len(list(walk(tree))) == 4


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    """The size is said, and what to do with large tables."""
    path = tmp_path / "large.yaml"
    path.write_text("a: 1\n" * 10, encoding="utf-8")
    with pytest.raises(BadInput, match="50 bytes; at most 20"):
        read_text(path, "large.yaml", largest=20)
    assert yaml_reader.LARGEST_FILE >= 100_000


def test_a_file_that_cannot_be_opened_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A locked file has a message of its own, whoever runs the test."""
    path = tmp_path / "locked.yaml"
    path.write_text("a: 1\n", encoding="utf-8")
    path.chmod(stat.S_IWUSR)

    def locked(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", locked)
    with pytest.raises(BadInput, match=r"cannot be opened \(Permission denied\)"):
        read_yaml(path, "locked.yaml")


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    """As Notepad and Excel save files."""
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"\xef\xbb\xbftitle: My plan\r\nowner: me\r\n")
    assert [(s.text, s.origin.line) for _, s in walk(read_yaml(path, "plan.yaml"))] == [("My plan", 1), ("me", 2)]


def is_read_or_answered(text: str) -> bool:
    """Whether text gives values or a message that names the file."""
    try:
        return isinstance(parse_yaml(text, "plan.yaml"), Mapping)
    except BadInput as error:
        return error.messages[0].file == "plan.yaml" and str(error).endswith("Nothing was run.")


@given(st.text(max_size=200))
def test_any_text_is_read_or_answered(text: str) -> None:
    """Whatever is in a file, the answer is values or a message, never a traceback."""
    assert is_read_or_answered(text)


@given(st.text(alphabet="ab-_ :{}[],*&!#£'\"\n\t%|>0", max_size=60))
def test_any_yaml_like_text_is_read_or_answered(text: str) -> None:
    """The same for text made of YAML's own signs."""
    assert is_read_or_answered(text)


def test_canonical_keys_are_stable() -> None:
    """Making a key canonical twice changes nothing more."""
    for key in ("Set-up", "acute crises, months 1-12", "a\u2013b", "  x  "):
        assert canonical(canonical(key)) == canonical(key)


def test_lists_keep_the_line_of_each_item() -> None:
    """A list over several lines says where each item is."""
    tree = parse_yaml("evidence:\n  - E103\n  - E106\n", "plan.yaml")
    items = tree.get("evidence")
    assert isinstance(items, Sequence)
    assert [item.origin.line for item in items.items] == [2, 3]
