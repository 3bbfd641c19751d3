"""Arithmetic in network files: numbers, evidence rows written parameter[stratum], + - * / and min."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping

from scenarios.evidence import Evidence
from scenarios.messages import BadInput, Message, nearest
from scenarios.yaml_reader import Scalar

ROW = re.compile(r"([a-z0-9_]+(?:\.[a-z0-9_]+)*)\[([^\]]*)\]")
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
ARITHMETIC = "a number, or rows of the evidence tables written parameter[stratum], with + - * / and min()"
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div)


class Expressions:
    """Evaluates the expressions of one network file for one place.

    Attributes:
        symbols: plain names that stand for numbers of the place: "places.acute_beds", "occupancy_offset".
    """

    def __init__(self, evidence: Evidence, symbols: Mapping[str, float]) -> None:
        self.evidence = evidence
        self.symbols = symbols
        self._known: dict[str, float] = {}

    def value(self, scalar: Scalar, key: str, words: Mapping[str, str] | None = None) -> float:
        """The number that an expression comes to.

        Args:
            key: the key that it is the value of, for messages.
            words: what {band}, {kind} and other placeholders stand for.

        Raises:
            BadInput: for unknown rows and names, and for anything that is not arithmetic.
        """
        text = self._filled(scalar, key, words or {})
        if text not in self._known:
            number = self._evaluated(text, scalar, key)
            if not math.isfinite(number):
                raise self._refusal(scalar, key, scalar.text, "a finite number")
            self._known[text] = number
        return self._known[text]

    def _filled(self, scalar: Scalar, key: str, words: Mapping[str, str]) -> str:
        def word(match: re.Match[str]) -> str:
            if match[1] not in words:
                known = ", ".join("{" + each + "}" for each in words)
                raise self._refusal(scalar, key, match[0], known or "no words in braces here")
            return words[match[1]]

        return PLACEHOLDER.sub(word, scalar.text)

    def _evaluated(self, text: str, scalar: Scalar, key: str) -> float:
        rows: dict[str, float] = {}

        def row(match: re.Match[str]) -> str:
            name = f"row_{len(rows)}"
            rows[name] = self._row(match[1], match[2], scalar, key)
            return name

        arithmetic = ROW.sub(row, text).replace("places.", "places_")
        names = rows | {name.replace("places.", "places_"): value for name, value in self.symbols.items()}
        try:
            tree = ast.parse(arithmetic, mode="eval")
            return self._node(tree.body, names, scalar, key)
        except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
            raise self._refusal(scalar, key, scalar.text, ARITHMETIC) from None

    def _row(self, parameter: str, stratum: str, scalar: Scalar, key: str) -> float:
        strata = self.evidence.strata(parameter)
        if not strata:
            near = nearest(parameter, self.evidence.parameters())
            allowed = 'a parameter of the evidence tables ("caresim list assumptions" shows them)'
            raise self._refusal(scalar, key, parameter, allowed, near)
        if stratum not in strata:
            allowed = f"{parameter} of {', '.join(strata)}"
            raise self._refusal(scalar, key, f"{parameter}[{stratum}]", allowed, nearest(stratum, strata))
        return self.evidence.value(parameter, stratum)

    def _node(self, node: ast.expr, names: Mapping[str, float], scalar: Scalar, key: str) -> float:
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return float(number)
            case ast.Name(id=name) if name in names:
                return names[name]
            case ast.Name(id=name):
                near = nearest(name.replace("places_", "places.", 1), self.symbols)
                raise self._refusal(scalar, key, scalar.text, ARITHMETIC, near)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self._node(operand, names, scalar, key)
            case ast.BinOp(left=left, op=operator, right=right) if isinstance(operator, _OPERATORS):
                return self._binary(left, operator, right, names, scalar, key)
            case ast.Call(func=ast.Name(id="min"), args=args, keywords=[]) if args:
                return min(self._node(each, names, scalar, key) for each in args)
            case _:
                raise self._refusal(scalar, key, scalar.text, ARITHMETIC)

    def _binary(
        self,
        left: ast.expr,
        operator: ast.operator,
        right: ast.expr,
        names: Mapping[str, float],
        scalar: Scalar,
        key: str,
    ) -> float:
        a, b = self._node(left, names, scalar, key), self._node(right, names, scalar, key)
        match operator:
            case ast.Add():
                return a + b
            case ast.Sub():
                return a - b
            case ast.Mult():
                return a * b
        if b == 0.0:
            raise self._refusal(scalar, key, scalar.text, "anything but a division by zero")
        return a / b

    def _refusal(self, scalar: Scalar, key: str, found: str, allowed: str, near: str = "") -> BadInput:
        return BadInput([Message(scalar.origin.file, scalar.origin.line, key, found, allowed, near)])
