"""How messages read."""

from __future__ import annotations

import pickle

from scenarios.messages import WIDTH, BadInput, Message, listed, nearest


def test_a_message_says_where_what_and_what_instead() -> None:
    """In the order in which a reader needs it."""
    message = Message("my-plan.yaml", 14, "effects", "acute crisis", "a, b", "acute crises", "Why.")
    assert str(message).splitlines() == [
        'my-plan.yaml, line 14, key effects: found "acute crisis"; did you mean "acute crises"?',
        "  Why.",
        "  Allowed: a, b.",
    ]


def test_parts_that_are_not_known_leave_no_gap() -> None:
    """A whole file, an option, or only a sentence."""
    assert str(Message("my-plan.yaml", 0, "", text="The file is empty.")) == "my-plan.yaml\n  The file is empty."
    assert str(Message("", 0, "", text="Say what to list.")) == "Say what to list."
    assert str(Message("", 0, "--place", "x", label="")) == '--place: found "x"'


def test_long_lines_are_folded_between_words_only() -> None:
    """Names with hyphens stay whole."""
    names = ", ".join(f"england-average-{n}k" for n in range(20))
    lines = str(Message("f", 1, "k", "x", names)).splitlines()
    assert max(len(line) for line in lines) <= WIDTH + 2
    assert not any(line.rstrip().endswith("-") for line in lines)


def test_bad_input_ends_with_what_happened_to_the_work() -> None:
    """All messages, then one line."""
    error = BadInput([Message("a", 1, "k", "x"), Message("b", 2, "k", "y")])
    assert str(error).splitlines() == ['a, line 1, key k: found "x"', 'b, line 2, key k: found "y"', "Nothing was run."]


def test_bad_input_travels_between_processes() -> None:
    """Workers raise it too."""
    error = pickle.loads(pickle.dumps(BadInput([Message("a", 1, "k", "x")])))
    assert error.messages == (Message("a", 1, "k", "x"),)


def test_the_nearest_word_is_found_whatever_its_case() -> None:
    """Slips and beginnings; nothing when nothing is alike."""
    assert nearest("Acute_Bed", ["acute_beds", "ae_cubicles"]) == "acute_beds"
    assert nearest("risk scor", ["risk score, highest first", "everyone"]) == "risk score, highest first"
    assert nearest("xyzzy", ["acute_beds"]) == ""
    assert nearest("", ["acute_beds"]) == ""


def test_lists_read_as_in_a_sentence() -> None:
    """Commas and one "or"."""
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a or b", "a, b or c"]
