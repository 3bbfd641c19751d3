"""Rules keep to the small language that gives the same bits in plain Python and in compiled code.

Allowed: whole and real numbers; `+ - * /`; `//`, `%` and shifts and masks on whole numbers only; comparisons;
`math.log`, `exp`, `sqrt`, `floor`; `int`, `float`; if-chains; loops over `range`; indexing an argument; constants
of the module; calls to rules and to `uniform`. A name keeps one kind of number, and a rule returns the kind it
declares, because compiled code gives each name one type.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import math
from collections.abc import Callable, Iterator, Mapping
from graphlib import TopologicalSorter
from random import Random
from typing import Any

import pytest

import simulation.draws
import simulation.jit
from simulation.jit import compiled

FUNCTIONS_OF_MATH = {"log": "real", "exp": "real", "sqrt": "real", "floor": "whole"}
CONVERSIONS = {"int": "whole", "float": "real"}
KINDS = {"int": "whole", "float": "real", "bool": "truth"}
ANY_NUMBER = (ast.Add, ast.Sub, ast.Mult, ast.Div)
WHOLE_NUMBERS_ONLY = (ast.FloorDiv, ast.Mod, ast.LShift, ast.RShift, ast.BitAnd, ast.BitOr)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
LARGEST_WHOLE = 2**63 - 1


class Reader:
    """Reads one rule and collects what in it lies outside the language.

    Attributes:
        complaints: one sentence each, with the line in the file.
        calls: rules that it calls, by name.
    """

    def __init__(self, rule: ast.FunctionDef, namespace: Mapping[str, object], rules: set[str]) -> None:
        self.rule = rule
        self.namespace = namespace
        self.rules = rules
        self.kinds: dict[str, str] = {}
        self.complaints: list[str] = []
        self.calls: set[str] = set()
        self.read_signature()
        for statement in rule.body:
            self.read(statement)

    def complain(self, node: ast.AST, what: str) -> str:
        """Note a complaint; the kind of the offending expression is then unknown."""
        self.complaints.append(f"{self.rule.name}, line {getattr(node, 'lineno', self.rule.lineno)}: {what}")
        return "unknown"

    def read_signature(self) -> None:
        """Arguments are named, plain and of declared kind."""
        arguments = self.rule.args
        if arguments.vararg or arguments.kwarg or arguments.defaults or arguments.kwonlyargs:
            self.complain(self.rule, "arguments are positional and without defaults")
        if len(self.rule.decorator_list) != 1:
            self.complain(self.rule, "a rule has no other decorator")
        for argument in arguments.args:
            written = ast.unparse(argument.annotation) if argument.annotation else "nothing"
            self.kinds[argument.arg] = KINDS.get(
                written, "whole numbers" if "int" in written.lower() else "real numbers"
            )

    def read(self, statement: ast.stmt) -> None:
        """Check one statement and those inside it."""
        match statement:
            case ast.Return(value=ast.expr() as value):
                declared = KINDS.get(ast.unparse(self.rule.returns) if self.rule.returns else "")
                kind = self.kind(value)
                if kind not in (declared, "unknown"):
                    self.complain(statement, f"returns a {kind} number where {declared} is declared")
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self.name(statement, name, self.kind(value))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                self.name(statement, name, self.kind(value))
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
                changed = ast.BinOp(ast.Name(name, ast.Load()), op, value)
                self.name(statement, name, self.kind(ast.copy_location(changed, statement)))
            case ast.If(test=test, body=body, orelse=orelse):
                self.truth(test)
                for inner in body + orelse:
                    self.read(inner)
            case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"), args=limits), orelse=[]):
                self.name(statement, name, "whole")
                for limit in limits:
                    self.whole(limit)
                for inner in statement.body:
                    self.read(inner)
            case ast.Expr(value=ast.Constant(value=str())) | ast.Break() | ast.Continue() | ast.Pass():
                pass
            case _:
                self.complain(statement, f"{type(statement).__name__} statements of this form are not allowed")

    def name(self, node: ast.AST, name: str, kind: str) -> None:
        """A name keeps the kind that it has first."""
        if self.kinds.setdefault(name, kind) not in (kind, "unknown") and kind != "unknown":
            self.complain(node, f"{name} is {self.kinds[name]} and becomes {kind}")

    def truth(self, expression: ast.expr) -> str:
        """Conditions are true or false, not numbers."""
        kind = self.kind(expression)
        if kind not in ("truth", "unknown"):
            return self.complain(expression, f"{ast.unparse(expression)} is a number used as a condition")
        return "truth"

    def whole(self, expression: ast.expr) -> str:
        """An index, a limit or an operand that has to be a whole number."""
        kind = self.kind(expression)
        if kind not in ("whole", "unknown"):
            return self.complain(expression, f"{ast.unparse(expression)} is not a whole number")
        return "whole"

    def number(self, expression: ast.expr) -> str:
        """An operand that has to be a number."""
        kind = self.kind(expression)
        if kind not in ("whole", "real", "unknown"):
            return self.complain(expression, f"{ast.unparse(expression)} is not a number")
        return kind

    def kind(self, expression: ast.expr) -> str:
        """The kind of an expression: whole, real, truth, an array of numbers, or unknown after a complaint."""
        match expression:
            case ast.Constant(value=bool()):
                return "truth"
            case ast.Constant(value=int() as value) if value <= LARGEST_WHOLE:
                return "whole"
            case ast.Constant(value=float()):
                return "real"
            case ast.Name(id=name):
                return self.kinds[name] if name in self.kinds else self.constant(expression, name)
            case ast.BinOp(left=left, op=op, right=right) if isinstance(op, ANY_NUMBER):
                kinds = {self.number(left), self.number(right)}
                return "whole" if kinds == {"whole"} and not isinstance(op, ast.Div) else "real"
            case ast.BinOp(left=left, op=op, right=right) if isinstance(op, WHOLE_NUMBERS_ONLY):
                self.whole(left)
                return self.whole(right)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.number(operand)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.truth(operand)
            case ast.BoolOp(values=values):
                return self.all_of(self.truth, values)
            case ast.Compare(left=left, ops=ops, comparators=others) if all(isinstance(op, COMPARISONS) for op in ops):
                return self.all_of(self.number, [left, *others])
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self.truth(test)
                one, other = self.kind(body), self.kind(orelse)
                return one if one == other else self.complain(expression, f"is {one} or {other}")
            case ast.Subscript(value=value, slice=index):
                return self.element(expression, self.kind(value), index)
            case ast.Call(func=function, args=arguments, keywords=[]):
                return self.call(expression, function, arguments)
        return self.complain(expression, f"{ast.unparse(expression)} is not in the language")

    def all_of(self, check: Callable[[ast.expr], str], expressions: list[ast.expr]) -> str:
        """Check each part of a condition."""
        for expression in expressions:
            check(expression)
        return "truth"

    def constant(self, expression: ast.expr, name: str) -> str:
        """A name from outside the rule: a number that its module never changes."""
        value = self.namespace.get(name)
        if name.isupper() and type(value) in (int, float):
            return "whole" if isinstance(value, int) else "real"
        return self.complain(expression, f"{name} is neither an argument nor a constant of the module")

    def element(self, expression: ast.expr, kind: str, index: ast.expr) -> str:
        """One number of an array that is an argument."""
        for number in index.elts if isinstance(index, ast.Tuple) else [index]:
            self.whole(number)
        if not kind.endswith(" numbers"):
            return self.complain(expression, f"{ast.unparse(expression)} does not index an argument")
        return kind if "Table]" in self.annotation_of(expression) else kind.removesuffix(" numbers")

    def annotation_of(self, expression: ast.expr) -> str:
        """How the argument that an expression indexes is annotated, when it indexes one directly."""
        for argument in self.rule.args.args:
            if isinstance(expression, ast.Subscript) and ast.unparse(expression.value) == argument.arg:
                return ast.unparse(argument.annotation) if argument.annotation else ""
        return ""

    def call(self, expression: ast.expr, function: ast.expr, arguments: list[ast.expr]) -> str:
        """A call to `math`, to a conversion, to a rule, or for a draw."""
        kinds = [self.kind(argument) for argument in arguments]
        match function:
            case ast.Attribute(value=ast.Name(id="math"), attr=name) if name in FUNCTIONS_OF_MATH:
                return FUNCTIONS_OF_MATH[name]
            case ast.Name(id=name) if name in CONVERSIONS and kinds[0] in ("whole", "real", "truth"):
                return CONVERSIONS[name]
            case ast.Name(id=name) if name in self.rules or self.namespace.get(name) is simulation.draws.uniform:
                self.calls.add(name)
                called = self.namespace[name]
                return KINDS.get(str(inspect.signature(called).return_annotation), "unknown")  # type: ignore[arg-type]
        return self.complain(expression, f"{ast.unparse(function)} may not be called")


def rules_in(tree: ast.Module) -> list[ast.FunctionDef]:
    """Functions of a module that are decorated as rules."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and any(ast.unparse(d).endswith("rule") for d in node.decorator_list)
    ]


def every_rule() -> Iterator[tuple[Mapping[str, object], ast.FunctionDef]]:
    """Each rule of the simulation, with the names that its module knows."""
    for source in sorted(simulation.jit.SOURCES.rglob("*.py")):
        found = rules_in(ast.parse(source.read_text(encoding="utf-8"), str(source)))
        if found:
            path = source.relative_to(simulation.jit.SOURCES.parent).with_suffix("")
            namespace = vars(importlib.import_module(".".join(path.parts)))
            yield from ((namespace, rule) for rule in found)


def read_rule(namespace: Mapping[str, object], rule: ast.FunctionDef, known: set[object]) -> Reader:
    """Read a rule, given the function objects that are rules."""
    return Reader(rule, namespace, {name for name, value in namespace.items() if callable(value) and value in known})


def known_rules() -> set[object]:
    """The function objects of all rules."""
    return {namespace[rule.name] for namespace, rule in every_rule()}


def complaints_about(body: str, arguments: str = "x: float, n: int, row: Table", returns: str = "float") -> list[str]:
    """What the reader says of a rule with this body, beside a rule `helper` and a constant `LIMIT`."""
    source = f"@rule\ndef trial({arguments}) -> {returns}:\n" + "\n".join(f"    {line}" for line in body.splitlines())

    def helper(x: float) -> float:
        return x

    namespace = {"math": math, "LIMIT": 5, "TABLE": [1.0], "helper": helper, "uniform": simulation.draws.uniform}
    return Reader(rules_in(ast.parse(source))[0], namespace, {"helper"}).complaints


def test_every_rule_keeps_to_the_language() -> None:
    """No rule of the simulation uses anything whose bits could differ between the two engines."""
    known = known_rules()
    assert [said for namespace, rule in every_rule() for said in read_rule(namespace, rule, known).complaints] == []


def test_rules_are_found() -> None:
    """The laws and the decisions of the flow are among the rules that are read."""
    names = {rule.name for _, rule in every_rule()}
    assert {"normal_quantile", "quantile", "poisson_quantile", "admission_threshold"} <= names


def test_rules_do_not_call_one_another_in_circles() -> None:
    """Every chain of calls ends, as every loop does."""
    known = known_rules()
    calls = {rule.name: read_rule(namespace, rule, known).calls for namespace, rule in every_rule()}
    assert set(calls) <= set(TopologicalSorter(calls).static_order())


@pytest.mark.parametrize(
    "body",
    [
        "return x * 2.0 / (1.0 + x) - LIMIT",
        "if x > 0.5 and not n == 3:\n    return math.log(x)\nelif x < 0.1:\n    return -x\nreturn math.exp(x)",
        "total = 0.0\nfor i in range(LIMIT):\n    if i > n:\n        break\n    total += row[i]\nreturn total",
        "position = math.floor(x) // 2 % 7\nreturn row[position + (n << 6 | 3)]",
        "return float(n) if x > 0.0 else helper(x)",
        "return uniform(n, n, 3, n << 6)",
        '"""What it decides."""\nreturn math.sqrt(x)',
    ],
)
def test_the_language_is_understood(body: str) -> None:
    """What rules are made of passes."""
    assert complaints_about(body) == []


@pytest.mark.parametrize(
    "body",
    [
        "return x ** 2.0",
        "return math.lgamma(x)",
        "return math.pow(x, 2.0)",
        "return math.log1p(x)",
        "return float(np.exp(x))",
        "return float(round(x))",
        "return min(x, 1.0)",
        "return max(x, 1.0)",
        "return abs(x)",
        "return sum(row)",
        "return x % 1.0",
        "return x // 1.0",
        "return row[x]",
        "return row[1:2]",
        "return TABLE[0]",
        "return other",
        "return limit",
        "return helper(x=x)",
        "return [x][0]",
        "return (x, x)[0]",
        "return {1: x}[1]",
        "return [y for y in row][0]",
        "return (lambda y: y)(x)",
        "return x if n else 1.0",
        "return x or 1.0",
        "return x + (x > 0.5)",
        "return n",
        "return 0",
        "return 1.0 if x > 0.5 else 0",
        "return 9223372036854775808 * x",
        "a, b = x, x\nreturn a",
        "row[0] = x\nreturn x",
        "total = 0\ntotal = x\nreturn total",
        "total = 0\ntotal += x\nreturn x",
        "while x > 1.0:\n    x -= 1.0\nreturn x",
        "for y in row:\n    x = y\nreturn x",
        "for i in range(x):\n    x = 1.0\nreturn x",
        "global LIMIT\nreturn x",
        "import math\nreturn x",
        "print(x)\nreturn x",
        "try:\n    return x\nexcept ValueError:\n    return 1.0",
        "raise ValueError",
        "assert x > 0.0\nreturn x",
        "def inner(y: float) -> float:\n    return y\nreturn x",
        "return",
        "return 'text'",
        "return x is n",
        "return n in row",
        "return (y := x)",
    ],
)
def test_what_lies_outside_the_language_is_noticed(body: str) -> None:
    """Everything that could differ between the engines, or hide state, is a complaint."""
    assert complaints_about(body) != []


@pytest.mark.parametrize("arguments", ["x: float = 1.0", "*x: float", "**x: float", "*, x: float"])
def test_unusual_arguments_are_noticed(arguments: str) -> None:
    """A rule takes what it is given, in order."""
    assert complaints_about("return 1.0", arguments) != []


def some_arguments(rule: ast.FunctionDef) -> Iterator[tuple[float | int | bool, ...]]:
    """Many combinations of ordinary, small, large and awkward numbers for a rule of scalars; always the same ones."""
    random = Random(20170401)
    choices: dict[str, Callable[[], float | int | bool]] = {
        "int": lambda: random.choice([0, 1, 2, 3, random.randrange(13), random.randrange(100_000)]),
        "float": lambda: random.choice(
            [random.random(), random.random(), random.expovariate(0.1), random.gauss(0.0, 3.0), 0.0, 1.0, 0.5, 2.0**-53]
        ),
        "bool": lambda: random.random() < 0.5,
    }
    kinds = [ast.unparse(argument.annotation) for argument in rule.args.args if argument.annotation]
    for _ in range(400):
        yield tuple(choices[kind]() for kind in kinds)


def scalar_rules() -> list[Any]:
    """Rules that take numbers only, each with its name for the report."""
    return [
        pytest.param(namespace[rule.name], rule, id=rule.name)
        for namespace, rule in every_rule()
        if all(ast.unparse(argument.annotation) in KINDS for argument in rule.args.args if argument.annotation)
    ]


@pytest.mark.parametrize(("plain", "rule"), scalar_rules())
def test_compiled_and_plain_rules_give_the_same_bits(plain: Callable[..., Any], rule: ast.FunctionDef) -> None:
    """On 400 sets of arguments a rule gives one number, whoever asks; sets that plain Python refuses are left out."""
    fast = compiled(plain)
    compared = 0
    for arguments in some_arguments(rule):
        try:
            expected = plain(*arguments)
        except (ArithmeticError, ValueError):
            continue
        found = fast(*arguments)
        assert found == expected or (math.isnan(found) and math.isnan(expected)), arguments
        compared += 1
    assert compared > 0
