"""Whether the code between answers and result is a function: the same in, the same out, whenever it runs.

It reads the source of every module of the domain that an assessment can come through, and looks for each way
in which something else than the answers, the day and the instrument could get into the result: the clock,
chance, the machine, the order of sets, the place of an object in memory, and what an earlier case left
behind. It runs nothing and is strict: what is not on its lists of known things is a fault.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from borg_triage.proof.set_order import order_faults

_OURS: Final = "borg_triage.domain"
# Where an assessment begins: the case as it was stored, and the engine.
ROOTS: Final = (f"{_OURS}.case_input", f"{_OURS}.engine", f"{_OURS}.instrument_files")
_MODULES: Final = frozenset(
    (
        "__future__",
        "collections",
        "collections.abc",
        "dataclasses",
        "datetime",
        "enum",
        "functools",
        "hashlib",
        "itertools",
        "json",
        "operator",
        "pydantic",
        "re",
        "tomllib",
        "typing",
    )
)
_BUILTINS: Final = frozenset(
    (
        "__import__",
        "breakpoint",
        "compile",
        "delattr",
        "dir",
        "eval",
        "exec",
        "globals",
        "hash",
        "help",
        "input",
        "locals",
        "memoryview",
        "open",
        "print",
        "setattr",
        "vars",
    )
)
# The circuit writes its evaluator as a source of numbered names and no other; see `domain.circuit`.
_MAY: Final = {(f"{_OURS}.circuit", "exec")}
_CLOCK: Final = frozenset(
    ("today", "now", "utcnow", "fromtimestamp", "astimezone", "timestamp", "ctime", "localtime")
)
_CHANGES: Final = frozenset(
    (
        "add",
        "append",
        "clear",
        "discard",
        "extend",
        "insert",
        "pop",
        "popitem",
        "remove",
        "setdefault",
        "sort",
        "reverse",
        "update",
    )
)
_KNOWN_DUNDERS: Final = frozenset(("__getitem__", "__init__"))
_SETS: Final = frozenset(("set", "frozenset", "Set", "AbstractSet", "MutableSet"))
# What has a clock in it, and so is never asked for an attribute by a name that the code makes up.
_NEVER_BY_NAME: Final = frozenset(("date", "datetime", "time", "timedelta"))
_BEGINNINGS: Final = ("__init__", "__post_init__")


def sources(roots: Sequence[str] = ROOTS) -> dict[str, str]:
    """The source of these modules and of every module of the domain that they rest on, by name.

    Raises FileNotFoundError where the program comes without its source.
    """
    found: dict[str, str] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = _source(name)
            imported = {module for module, _ in _imports(ast.parse(found[name]))}
            waiting.extend(sorted(module for module in imported if module.startswith(f"{_OURS}.")))
    return dict(sorted(found.items()))


def faults(code: Mapping[str, str], lasting: frozenset[str]) -> list[str]:
    """What could make two assessments of the same case differ, as `module:line: what`; empty when nothing.

    code: the source of modules by name. lasting: names of the classes whose objects outlive a case.
    """
    trees = {name: ast.parse(text) for name, text in code.items()}
    found = [*order_faults(trees)]
    for name, tree in trees.items():
        found += [f"{name}:{line}: {what}" for line, what in _faults(name, tree, lasting)]
    return found


def _source(name: str) -> str:
    spec = importlib.util.find_spec(name)
    text = (
        spec.loader.get_source(name) if spec and spec.loader and hasattr(spec.loader, "get_source") else None
    )
    if text is None:
        raise FileNotFoundError(name)
    return str(text)


def _faults(module: str, tree: ast.Module, lasting: frozenset[str]) -> Iterator[tuple[int, str]]:
    for imported, line in _imports(tree):
        if imported not in _MODULES and not imported.startswith(f"{_OURS}."):
            yield line, f"imports {imported}"
    shared = {target.id for node in tree.body for target in _targets(node) if isinstance(target, ast.Name)}
    for node in ast.walk(tree):
        yield from _of_node(module, node)
        if isinstance(node, ast.FunctionDef):
            yield from _of_defaults(node)
            yield from _changed(node, shared - _local_names(node), "what all share")
            yield from _handed_out(node, _changeable(tree))
        if isinstance(node, ast.ClassDef) and node.name in lasting:
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name not in _BEGINNINGS:
                    yield from _changed(method, {"self"}, f"a {node.name}, which outlives the case")
    yield from _places_in_memory(tree)


def _imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ".", node.lineno


def _of_node(module: str, node: ast.AST) -> Iterator[tuple[int, str]]:
    match node:
        case ast.Global() | ast.Nonlocal():
            yield node.lineno, "changes a name outside the function"
        case ast.Name(id=name) if name in _BUILTINS and (module, name) not in _MAY:
            yield node.lineno, f"uses {name}"
        case ast.Attribute(attr=name) if name in _CLOCK:
            yield node.lineno, f"asks the clock or the machine: {name}"
        case ast.AsyncFunctionDef() | ast.Await() | ast.AsyncFor() | ast.AsyncWith():
            yield node.lineno, "waits for something"
        case ast.Attribute(attr=name) if name.startswith("__") and name not in _KNOWN_DUNDERS:
            yield node.lineno, f"uses {name}"
        case ast.AnnAssign(annotation=ast.Name(id="TypeAlias"), value=ast.expr() as value):
            if any(isinstance(part, ast.Name) and part.id in _SETS for part in ast.walk(value)):
                yield node.lineno, "gives a set another name"
        case ast.Call(func=ast.Name(id="getattr"), args=[first, second, *_]):
            if (isinstance(first, ast.Name) and first.id in _NEVER_BY_NAME) or not _plain(second):
                yield node.lineno, f"looks something up by a name: {ast.unparse(node)}"


def _changeable(tree: ast.Module) -> set[str]:
    """Names of the module's own lists, dicts and sets."""
    kinds = ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, kinds)
        for target in _targets(node)
        if isinstance(target, ast.Name)
    }


def _handed_out(node: ast.FunctionDef, changeable: set[str]) -> Iterator[tuple[int, str]]:
    for part in ast.walk(node):
        if isinstance(part, ast.Return) and isinstance(part.value, ast.Name) and part.value.id in changeable:
            yield part.lineno, f"hands out {part.value.id}, which all share"


def _of_defaults(node: ast.FunctionDef) -> Iterator[tuple[int, str]]:
    for default in (*node.args.defaults, *node.args.kw_defaults):
        if isinstance(default, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp):
            yield default.lineno, "a default that a call can change"


def _changed(node: ast.FunctionDef, roots: set[str], what: str) -> Iterator[tuple[int, str]]:
    """Where something that hangs on one of these names is changed, also by another name for it."""
    roots = roots | _other_names(node, roots)
    for part in ast.walk(node):
        for target in _targets(part):
            if not isinstance(target, ast.Name) and _root(target) in roots:
                yield target.lineno, f"changes {what}: {ast.unparse(target)}"
        match part:
            case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in _CHANGES:
                if _root(value) in roots:
                    yield part.lineno, f"changes {what}: {ast.unparse(part.func)}"


def _other_names(node: ast.FunctionDef, roots: set[str]) -> set[str]:
    """Names for a part of what hangs on these, such as `seen` after `seen = self._seen`."""
    return {
        part.targets[0].id
        for part in ast.walk(node)
        if isinstance(part, ast.Assign)
        and isinstance(part.targets[0], ast.Name)
        and isinstance(part.value, ast.Attribute | ast.Subscript)
        and _root(part.value) in roots
    }


def _plain(name: ast.expr) -> bool:
    """A name that stands in the code or comes in as it is, not one that is put together."""
    return isinstance(name, ast.Name | ast.Attribute | ast.Constant) or (
        isinstance(name, ast.Call) and ast.unparse(name.func) == "str"
    )


def _targets(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            for target in targets:
                yield from target.elts if isinstance(target, ast.Tuple | ast.List) else (target,)
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            yield target


def _local_names(node: ast.FunctionDef) -> set[str]:
    arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    stored = {
        part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }
    return stored | {argument.arg for argument in arguments}


def _root(expr: ast.expr) -> str:
    """The name that an expression hangs on: `self` of `self.a[b].c`."""
    while isinstance(expr, ast.Attribute | ast.Subscript):
        expr = expr.value
    return expr.id if isinstance(expr, ast.Name) else ""


def _places_in_memory(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """`id()` may find an entry, and do nothing else: it must never be compared, sorted or kept as a value."""
    finding: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            finding.add(id(node.slice))
        elif isinstance(node, ast.DictComp):
            finding.add(id(node.key))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "id" and id(node) not in finding:
            yield node.lineno, "lets the place of an object in memory into a value"
