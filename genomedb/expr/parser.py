"""The parser of expressions: operator precedence by binding power (Pratt)."""

from __future__ import annotations

import keyword
from typing import TypeGuard

from genomedb.errors import ExpressionError, UsageError
from genomedb.expr.functions import (
    CONSTANTS,
    FUNCTIONS,
    NUMPY,
    SAME_NAME,
    Function,
    explain_unknown,
    shorten,
)
from genomedb.expr.syntax import (
    Constant,
    Expression,
    Name,
    Node,
    Operation,
)
from genomedb.expr.tokens import Token, tokenize

MAX_DEPTH = 100
MAX_NODES = 2_000

_COMPARE, _SIGN, _POWER = 40, 70, 80
_POWERS_OF = {
    "|": 10, "^": 20, "&": 30, "<": 40, "<=": 40, ">": 40, ">=": 40, "==": 40, "!=": 40,
    "+": 50, "-": 50, "*": 60, "/": 60, "//": 60, "%": 60, "**": _POWER,
}  # fmt: skip
_LOGICAL = {"&", "|", "^", "~", *(s for s, power in _POWERS_OF.items() if power == _COMPARE)}
_WORDS = {
    "and": "Write & between the conditions, e.g. (a > 1) & (b > 1).",
    "or": "Write | between the conditions, e.g. (a > 1) | (b > 1).",
    "not": "Write ~ before the condition, e.g. ~(a > 1).",
    "in": 'Write comparisons joined by |, e.g. (CHROM == "1") | (CHROM == "2").',
    "is": "Write == for a comparison and np.isnan(x) for a missing value.",
    "if": "Write np.where(condition, yes, no).",
    "else": "Write np.where(condition, yes, no).",
    "lambda": "Write the formula itself.",
    "None": "Write np.nan for a missing value.",
}


class Parser:
    """Reads one expression, once."""

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise UsageError(f"an expression is text, not {type(text).__name__}")
        self.text = text
        self.tokens = tokenize(text)
        self.at = 0
        self.depth = 0
        self.nodes: list[Node] = []
        self.names: dict[str, Name] = {}

    def expression(self) -> Expression:
        """The whole text as one expression."""
        if self.token.kind == "end":
            raise self.error("the expression is empty", 0, "Write e.g. the name of a track.")
        root = self.formula(0)
        if self.token.kind != "end":
            raise self.unexpected(self.token)
        self.need_number(root)
        return Expression(self.text, root, tuple(self.names.values()), tuple(self.nodes))

    @property
    def token(self) -> Token:
        """The next token."""
        return self.tokens[self.at]

    def error(self, problem: str, position: int, fix: str = "") -> ExpressionError:
        """An error about a place of the text."""
        return ExpressionError(problem, text=self.text, position=position, fix=fix)

    def is_operator(self, symbol: str) -> bool:
        """Whether the next token is this operator."""
        return self.token.kind == "operator" and self.token.text == symbol

    def keep(self, node: Node) -> Node:
        """Count a node and remember it."""
        if len(self.nodes) >= MAX_NODES:
            problem = f"the expression has more than {MAX_NODES:,} names, numbers and operators"
            fix = "Split it: keep a part of it as a track of its own."
            raise self.error(problem, node.position, fix)
        self.nodes.append(node)
        return node

    def formula(self, weakest: int) -> Node:
        """A formula whose operators bind at least as strongly as `weakest`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            problem = f"the expression is nested more than {MAX_DEPTH} deep"
            raise self.error(problem, self.token.position, "Write it with fewer levels.")
        first = self.token
        inverted, compared = first.kind == "operator" and first.text == "~", False
        node = self.operand()
        while self.token.kind == "operator":
            token = self.token
            power = _POWERS_OF.get(token.text, -1)
            if power < weakest:
                break
            if power == _COMPARE:
                self.refuse_unclear(token, compared=compared, inverted=inverted)
            self.at += 1
            right = self.formula(_SIGN if power == _POWER else power + 1)
            node = self.operate(token.text, (node, right), token.position)
            compared, inverted = power == _COMPARE, False
        self.depth -= 1
        return node

    def refuse_unclear(self, token: Token, *, compared: bool, inverted: bool) -> None:
        """Comparisons that do not mean what they seem to."""
        if compared:
            raise self.error(
                "comparisons cannot be chained",
                token.position,
                "Write (a < x) & (x < b) instead of a < x < b.",
            )
        if inverted:
            raise self.error(
                "~ before a comparison without parentheses is not clear",
                token.position,
                f"Write ~(a {token.text} b).",
            )

    def operand(self) -> Node:
        """A number, name, call, formula in parentheses, or one of these with a sign."""
        token = self.token
        self.at += 1
        if token.kind == "number":
            return self.keep(Constant(float(token.text), token.position))
        if token.kind == "text":
            return self.keep(Constant(token.text, token.position))
        if token.kind == "quoted":
            return self.name(token)
        if token.kind == "name":
            return self.word(token)
        if token.kind == "operator" and token.text in ("-", "+", "~"):
            symbol = {"-": "neg", "+": "pos", "~": "~"}[token.text]
            return self.operate(symbol, (self.formula(_SIGN),), token.position)
        if token.kind == "operator" and token.text == "(":
            return self.parenthesised(token)
        self.at -= 1
        raise self.missing_operand(token)

    def parenthesised(self, opening: Token) -> Node:
        """What stands between parentheses."""
        node = self.formula(0)
        if self.is_operator(","):
            problem = "a list of values is not allowed in an expression"
            raise self.error(problem, self.token.position, "Pass a list of expressions.")
        self.close(opening)
        return node

    def close(self, opening: Token) -> None:
        """Step over the closing parenthesis."""
        if self.token.kind == "end":
            raise self.error("this parenthesis is never closed", opening.position, "Add ).")
        if not self.is_operator(")"):
            raise self.unexpected(self.token)
        self.at += 1

    def word(self, token: Token) -> Node:
        """A name, a constant or a call."""
        word = token.text
        if keyword.iskeyword(word) and word not in ("True", "False"):
            raise self.refused_word(token)
        if self.is_operator("("):
            return self.call(token)
        if word in ("True", "False"):
            return self.keep(Constant(word == "True", token.position))
        prefix, _, rest = word.partition(".")
        if prefix not in NUMPY:
            return self.name(token)
        if rest in CONSTANTS:
            return self.keep(Constant(CONSTANTS[rest], token.position))
        if rest in FUNCTIONS:
            fix = f"Write {word}(...)."
            raise self.error(f"{word} is a function and needs arguments", token.position, fix)
        raise self.error(
            f"{shorten(word)} is not a number",
            token.position,
            "Constants are np.nan, np.inf, np.pi and np.e; quote a track of this name in "
            "backticks.",
        )

    def name(self, token: Token) -> Node:
        """A track, virtual track, variable or position."""
        node = Name(token.text, token.position)
        self.names.setdefault(token.text, node)
        return self.keep(node)

    def call(self, token: Token) -> Node:
        """A function with its arguments, filled into the order of its parameters."""
        prefix, _, rest = token.text.rpartition(".")
        function = FUNCTIONS.get(rest)
        if function is None or not (prefix in NUMPY or (not prefix and rest in SAME_NAME)):
            problem, fix = explain_unknown(token.text)
            raise self.error(problem, token.position, fix)
        opening = self.token
        self.at += 1
        given: dict[str, Node] = {}
        while not self.is_operator(")"):
            if given:
                if not self.is_operator(","):
                    self.close(opening)  # raises
                self.at += 1
            where = self.token
            parameter = self.parameter(function, given, called=token.text)
            given[parameter] = self.formula(0)
            self.need_number(given[parameter])
            if len(given) > function.positional and parameter not in function.named:
                raise self.arity(function, token, where.position)
        self.at += 1
        bare = function.name == "clip" and len(given) < 2
        if bare or any(p not in given for p in function.parameters[: function.required]):
            raise self.arity(function, token, token.position)
        return self.operate(
            function.name, tuple(given.get(p) for p in function.parameters), token.position
        )

    def parameter(self, function: Function, given: dict[str, Node], *, called: str) -> str:
        """Name of the parameter that the next argument is for."""
        token, after = self.token, self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if not (token.kind == "name" and after.kind == "operator" and after.text == "="):
            if len(given) >= function.positional:
                raise self.arity(function, Token("name", called, token.position), token.position)
            if list(given) != list(function.parameters[: len(given)]):
                fix = "Put the arguments without names first."
                raise self.error("this argument needs its name", token.position, fix)
            return function.parameters[len(given)]
        if token.text not in function.named or token.text in given:
            twice = "is given twice to" if token.text in given else "is not an argument of"
            names = " and ".join(f"{n}=" for n in function.parameters if n in function.named)
            fix = f"Named arguments are {names}." if names else "It takes no named arguments."
            raise self.error(f"{shorten(token.text)}= {twice} {called}", token.position, fix)
        self.at += 2
        return token.text

    def arity(self, function: Function, called: Token, position: int) -> ExpressionError:
        """The number of arguments is wrong."""
        parameters = function.parameters[: function.positional]
        fewest = 2 if function.name == "clip" else function.required
        count = str(fewest) if fewest == len(parameters) else f"{fewest} to {len(parameters)}"
        plural = "" if count == "1" else "s"
        return self.error(
            f"{called.text} takes {count} argument{plural}",
            position,
            f"Write {called.text}({', '.join(parameters)}).",
        )

    def operate(self, symbol: str, args: tuple[Node | None, ...], position: int) -> Node:
        """An operation, after checks that need its arguments."""
        if symbol in ("==", "!=") and any(self.is_chrom(arg) for arg in args):
            self.check_chrom(args, position)
        else:
            for arg in args:
                self.need_number(arg)
        if symbol == "^" and not all(self.is_condition(arg) for arg in args):
            raise self.error(
                "^ is not a power; it is 'either but not both' of two conditions",
                position,
                "Write ** for a power, np.logical_xor(a, b) for 'either but not both'.",
            )
        return self.keep(Operation(symbol, args, position))

    def is_chrom(self, node: Node | None) -> TypeGuard[Name]:
        """Whether this is CHROM."""
        return isinstance(node, Name) and node.name == "CHROM"

    def is_condition(self, node: Node | None) -> bool:
        """Whether this is True or False by its form."""
        if isinstance(node, Operation):
            function = FUNCTIONS.get(node.symbol)
            return node.symbol in _LOGICAL or (function is not None and function.truth)
        return isinstance(node, Constant) and isinstance(node.value, bool)

    def check_chrom(self, args: tuple[Node | None, ...], position: int) -> None:
        """CHROM is compared with text, or with a variable that may hold text."""
        for arg in args:
            text = isinstance(arg, Constant) and isinstance(arg.value, str)
            if not (text or isinstance(arg, Name) or self.is_chrom(arg)):
                where = position if arg is None else arg.position
                raise self.error(
                    "CHROM is compared with a chromosome's name in quotes",
                    where,
                    'Write e.g. CHROM == "chr1".',
                )
        if all(self.is_chrom(arg) for arg in args):
            self.need_number(args[1])

    def need_number(self, node: Node | None) -> None:
        """Refuse CHROM and text where a number is wanted."""
        if self.is_chrom(node):
            problem = "CHROM can only be compared with a name by == or !="
            raise self.error(problem, node.position, 'Write e.g. CHROM == "chr1".')
        if isinstance(node, Constant) and isinstance(node.value, str):
            raise self.error(
                "text can only be compared with CHROM",
                node.position,
                'Write e.g. CHROM == "chr1"; quote the name of a track in backticks.',
            )

    def refused_word(self, token: Token) -> ExpressionError:
        """A word that Python knows and expressions do not."""
        fix = _WORDS.get(token.text, "An expression is one formula; quote a track of this name "
                         "in backticks.")  # fmt: skip
        return self.error(f"the word {token.text} is not allowed", token.position, fix)

    def missing_operand(self, token: Token) -> ExpressionError:
        """A formula was expected and something else is there."""
        if token.kind == "end":
            before = self.tokens[self.at - 1] if self.at else token
            if before.text == "(" and before.kind == "operator":
                return self.error("this parenthesis is never closed", before.position, "Add ).")
            problem = f"the expression ends after {before.text[:20]}"
            return self.error(problem, before.position, "Write what comes after it, or remove it.")
        if token.text == ")":
            return self.error("there is nothing before this )", token.position, "Remove it.")
        problem = f"an operand is missing before {token.text}"
        return self.error(problem, token.position, "Write a name or a number there.")

    def unexpected(self, token: Token) -> ExpressionError:
        """A formula is complete and something follows that cannot."""
        if token.kind == "operator" and token.text == ")":
            return self.error("this ) closes nothing", token.position, "Remove it.")
        if token.kind == "operator" and token.text == "=":
            fix = "Write == for a comparison."
            return self.error("an expression cannot assign", token.position, fix)
        if token.kind == "operator" and token.text == ",":
            fix = "Pass a list of expressions."
            return self.error("an expression is one formula, not a list", token.position, fix)
        if token.kind == "name" and keyword.iskeyword(token.text):
            return self.refused_word(token)
        return self.error(
            "an operator is missing here",
            token.position,
            "Write an operator, e.g. * or &; quote a name with blanks in backticks.",
        )
