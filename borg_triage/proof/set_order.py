"""Whether code lets the order of a set into its result.

Python keeps a set in an order that differs from one run to the next. Code whose result may not differ may ask
a set what is in it, but never take its members one after another. This reads source as text, runs none of it,
and is strict: what it cannot follow, such as a set handed on as something else, is a fault too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

_SETS: Final = frozenset(("set", "frozenset", "Set", "AbstractSet", "MutableSet"))
_MAKES_A_SET: Final = frozenset(("union", "intersection", "difference", "symmetric_difference"))
# Methods that take members in and give none out.
_TAKES_ALL: Final = _MAKES_A_SET | frozenset(("update", "issubset", "issuperset", "isdisjoint", "add"))
_ASKS: Final = frozenset(("any", "all", "len", "set", "frozenset", "bool", "isinstance"))
_ORDERS: Final = frozenset(("sorted", "min", "max"))
# Keys that tell any two members apart, so that their order before does not matter: each item has a place of
# its own in the instrument (no id stands twice: `domain.references`).
_TELLS_APART: Final = frozenset(("self._order.__getitem__",))
_HOLDERS_GIVE: Final = frozenset(("get", "pop", "setdefault"))
_WITHIN: Final = (ast.BitOr, ast.BitAnd, ast.BitXor, ast.Sub)


@dataclass
class Known:
    """What the annotations of all modules say: names that are sets or hold sets, and what functions take.

    takes: by the name of a function or class, whether each parameter may be given a set (by place and name).
    """

    sets: set[str] = field(default_factory=set)
    holders: set[str] = field(default_factory=set)
    takes: dict[str, dict[str | int, bool]] = field(default_factory=dict)

    @classmethod
    def of(cls, trees: Mapping[str, ast.Module]) -> Known:
        """Read the annotations of all modules."""
        known = cls()
        for tree in trees.values():
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef):
                    known._name(node.name, node.returns)
                    known.takes[node.name] = _parameters(node)
                elif isinstance(node, ast.ClassDef):
                    known._class(node)
                elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Attribute):
                    known._name(node.target.attr, node.annotation)
            known._constants(tree)
        return known

    def _constants(self, tree: ast.Module) -> None:
        for node in tree.body:
            if isinstance(node, ast.AnnAssign):
                self._name(_last(node.target), node.annotation)
            elif isinstance(node, ast.Assign) and _makes_a_set(node.value):
                self.sets.update(_last(target) for target in node.targets)

    def _class(self, node: ast.ClassDef) -> None:
        fields = [part for part in node.body if isinstance(part, ast.AnnAssign)]
        takes: dict[str | int, bool] = {}
        for place, part in enumerate(fields):
            takes[place] = takes[_last(part.target)] = _may_be_given_a_set(part.annotation)
            self._name(_last(part.target), part.annotation)
        made = next((part for part in node.body if getattr(part, "name", "") == "__init__"), None)
        self.takes[node.name] = _parameters(made) if isinstance(made, ast.FunctionDef) else takes

    def _name(self, name: str, annotation: ast.expr | None) -> None:
        if annotation is None:
            return
        if _is_set_type(annotation):
            self.sets.add(name)
        elif any(_is_set_type(part) for part in ast.walk(annotation) if isinstance(part, ast.expr)):
            self.holders.add(name)


def order_faults(trees: Mapping[str, ast.Module]) -> Iterator[str]:
    """Every place where members of a set are taken one after another, or a set passes for something else."""
    known = Known.of(trees)
    # All are made before the first is looked at: making them learns which attributes are sets.
    functions = [
        (module, _Function(node, known)) for module, tree in trees.items() for node in _functions(tree)
    ]
    for module, function in functions:
        yield from (f"{module}:{line}: {what}" for line, what in function.faults())


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Every function, and what stands outside of them as one more."""
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    yield ast.FunctionDef("", _NOTHING, [part for part in tree.body if not _is_definition(part)], [])


_NOTHING: Final = ast.arguments([], [], None, [], [], None, [])


class _Function:
    """One function, without those inside it."""

    def __init__(self, node: ast.FunctionDef, known: Known) -> None:
        self._node, self._known = node, known
        self._parts = list(_own(node))
        self._local: dict[str, bool] = {
            arg.arg: arg.annotation is not None and _is_set_type(arg.annotation) for arg in _arguments(node)
        }
        # Names for what holds sets, beside those that annotations tell of.
        self._holders: set[str] = {
            arg.arg for arg in _arguments(node) if arg.annotation is not None and _holds_sets(arg.annotation)
        }
        self._blind: set[int] = set()
        # Twice: a name may stand for a set that is made further down.
        for part in (*self._parts, *self._parts):
            self._learn(part)

    def faults(self) -> Iterator[tuple[int, str]]:
        for part in self._parts:
            self._forgive(part)
        for part in self._parts:
            for what in self._of(part):
                yield getattr(part, "lineno", self._node.lineno if self._node.name else 0), what

    # ------------------------------------------------------------ what is a set

    def _learn(self, part: ast.AST) -> None:
        self._learn_from_loop(part)
        match part:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._local[name] = self._local.get(name, False) or self._is_set(value)
                if self._holds(value):
                    self._holders.add(name)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Call(func=func)):
                # Which of the results is the set, it does not look; each may be.
                self._local.update((_last(one), True) for one in names if _last(func) in self._known.holders)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                for one, value in zip(names, values, strict=False):
                    self._learn(ast.Assign([one], value))
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                self._local[name] = _is_set_type(annotation)
            case ast.NamedExpr(target=ast.Name(id=name), value=value):
                self._local[name] = self._local.get(name, False) or self._is_set(value)
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if self._is_set(value):
                self._known.sets.add(name)

    def _learn_from_loop(self, part: ast.AST) -> None:
        if isinstance(part, ast.For | ast.comprehension):
            sets = self._gives_sets(part.iter)
            for name in (one.id for one in ast.walk(part.target) if isinstance(one, ast.Name)):
                self._local[name] = self._local.get(name, False) or sets

    def _is_set(self, expr: ast.AST) -> bool:
        match expr:
            case ast.Set() | ast.SetComp():
                return True
            case ast.Call(func=func):
                return self._gives_a_set(func)
            case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _WITHIN):
                return any(self._is_set(side) or _is_view(side) for side in (left, right))
            case ast.IfExp(body=one, orelse=other):
                return self._is_set(one) or self._is_set(other)
            case ast.BoolOp(values=values):
                return any(self._is_set(value) for value in values)
            case ast.NamedExpr(value=value):
                return self._is_set(value)
            case ast.Name(id=name):
                return self._local.get(name, name in self._known.sets)
            case ast.Attribute(attr=name):
                return name in self._known.sets
            case ast.Subscript(value=holder):
                return self._is_holder(holder)
        return False

    def _is_holder(self, expr: ast.expr) -> bool:
        return _last(expr) in self._known.holders or _last(expr) in self._holders

    def _holds(self, expr: ast.expr) -> bool:
        """Whether it is made with sets in it."""
        match expr:
            case ast.Dict(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts):
                return any(self._is_set(part) for part in parts)
            case ast.DictComp(value=part) | ast.ListComp(elt=part):
                return self._is_set(part)
        return False

    def _gives_sets(self, expr: ast.expr) -> bool:
        """Whether what is gone through has sets as its members."""
        if isinstance(expr, ast.Call) and _last(expr.func) in ("values", "items"):
            expr = expr.func.value if isinstance(expr.func, ast.Attribute) else expr
        return self._is_holder(expr)

    def _gives_a_set(self, func: ast.expr) -> bool:
        if isinstance(func, ast.Subscript):
            func = func.value
        if isinstance(func, ast.Attribute) and func.attr in _MAKES_A_SET:
            return True
        if isinstance(func, ast.Attribute) and func.attr == "copy":
            return self._is_set(func.value)
        if isinstance(func, ast.Attribute) and func.attr in _HOLDERS_GIVE:
            return self._is_holder(func.value)
        return _last(func) in _SETS or _last(func) in self._known.sets

    # ------------------------------------------------------------ what is done with it

    def _forgive(self, part: ast.AST) -> None:
        """What only asks, or puts in order, may look at the members in any order."""
        if isinstance(part, ast.SetComp):
            self._blind.add(id(part))
        if isinstance(part, ast.Call) and self._looks_only(part):
            self._blind.update(id(argument) for argument in part.args)

    def _looks_only(self, call: ast.Call) -> bool:
        name = _last(call.func.value if isinstance(call.func, ast.Subscript) else call.func)
        if isinstance(call.func, ast.Attribute) and name in _TAKES_ALL:
            return True
        if name in _ORDERS:
            keys = [ast.unparse(word.value) for word in call.keywords if word.arg == "key"]
            return all(key in _TELLS_APART for key in keys)
        return name in _ASKS

    def _of(self, part: ast.AST) -> Iterator[str]:
        yield from self._gone_through(part)
        yield from self._passed_off(part)
        if isinstance(part, ast.Call):
            yield from self._of_call(part)

    def _gone_through(self, part: ast.AST) -> Iterator[str]:
        loops: list[ast.expr] = []
        match part:
            case ast.For(iter=taken):
                loops = [taken]
            case ast.ListComp() | ast.GeneratorExp() | ast.DictComp() if id(part) not in self._blind:
                loops = [loop.iter for loop in part.generators]
            case ast.Starred(value=taken) | ast.YieldFrom(value=taken):
                loops = [taken]
            case ast.Assign(targets=[ast.Tuple() | ast.List()], value=taken):
                loops = [taken]
        yield from (f"goes through the set {ast.unparse(taken)}" for taken in loops if self._is_set(taken))

    def _passed_off(self, part: ast.AST) -> Iterator[str]:
        """Where a set goes on under a name that does not say so, or as text."""
        if isinstance(part, ast.FormattedValue) and self._is_set(part.value):
            yield f"writes out the set {ast.unparse(part.value)}"
        if (
            isinstance(part, ast.Call)
            and _last(part.func) == "setdefault"
            and any(map(self._is_set, part.args))
        ):
            yield f"keeps the set {ast.unparse(part.args[-1])} where nobody sees it"
        match part:
            case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value):
                said = self._node.returns
            case ast.AnnAssign(annotation=said, value=ast.expr() as value):
                pass
            case _:
                return
        if self._is_set(value) and not (said is not None and _holds_sets(said)):
            yield f"passes the set {ast.unparse(value)} off as something else"

    def _of_call(self, call: ast.Call) -> Iterator[str]:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "pop" and self._is_set(call.func.value):
            yield f"takes any member of {ast.unparse(call.func.value)}"
        if self._looks_only(call):
            return
        takes = self._known.takes.get(_last(call.func), {})
        given: list[tuple[str | int, ast.expr]] = [
            *enumerate(call.args),
            *((word.arg or "**", word.value) for word in call.keywords),
        ]
        for name, argument in given:
            if self._is_set(argument) and not takes.get(name, False):
                yield f"hands the set {ast.unparse(argument)} to {ast.unparse(call.func)}"


def _own(node: ast.FunctionDef) -> Iterator[ast.AST]:
    """Every part of a function, without the functions and classes inside it."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        part = waiting.pop(0)
        if not _is_definition(part):
            yield part
            waiting.extend(ast.iter_child_nodes(part))


def _makes_a_set(expr: ast.expr) -> bool:
    """Whether a module's constant is a set, or another name for the type."""
    if isinstance(expr, ast.Subscript):
        return _is_set_type(expr)
    return isinstance(expr, ast.Set | ast.SetComp) or (isinstance(expr, ast.Call) and _is_set_type(expr.func))


def _is_definition(part: ast.AST) -> bool:
    return isinstance(part, ast.FunctionDef | ast.ClassDef)


def _arguments(node: ast.FunctionDef) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def _parameters(node: ast.FunctionDef) -> dict[str | int, bool]:
    """Whether each parameter may be given a set, by name and by place (self left out)."""
    arguments = [argument for argument in _arguments(node) if argument.arg not in ("self", "cls")]
    takes: dict[str | int, bool] = {}
    for place, argument in enumerate(arguments):
        allowed = argument.annotation is not None and _may_be_given_a_set(argument.annotation)
        takes[place] = takes[argument.arg] = allowed
    return takes


def _may_be_given_a_set(annotation: ast.expr) -> bool:
    """A set, or what can only be asked whether something is in it."""
    return _is_set_type(annotation) or any(_last(part) == "Container" for part in _alternatives(annotation))


def _holds_sets(annotation: ast.expr) -> bool:
    return any(_is_set_type(part) for part in ast.walk(annotation) if isinstance(part, ast.expr))


def _is_set_type(annotation: ast.expr) -> bool:
    return any(_last(part) in _SETS for part in _alternatives(annotation))


def _alternatives(annotation: ast.expr) -> Iterator[ast.expr]:
    if isinstance(annotation, ast.BinOp):
        yield from _alternatives(annotation.left)
        yield from _alternatives(annotation.right)
    else:
        yield annotation.value if isinstance(annotation, ast.Subscript) else annotation


def _is_view(expr: ast.AST) -> bool:
    """A dict's keys or items: in order by themselves, but a set once they are joined."""
    return isinstance(expr, ast.Call) and _last(expr.func) in ("keys", "items")


def _last(expr: ast.AST) -> str:
    match expr:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
