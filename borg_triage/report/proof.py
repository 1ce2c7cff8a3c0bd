"""What was proved of an instrument's rules, in the words that papers and the program's own page share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from babel.numbers import format_decimal

from borg_triage.domain.case import InstrumentRef
from borg_triage.text import formats
from borg_triage.text.catalog import Catalog

HASH = 12
# What a proof says nothing of, and what is true without one too: texts `proof.not_said.*`.
_NOT_SAID = ("right_rules", "people", "answers", "program")
_NEVER_SAID = ("people", "answers")
# By method, the surest first.
_WAYS = {"solver": "every", "structure": "read", "exhaustive": "tried"}


@dataclass(frozen=True, slots=True)
class Proved:
    """One property of decision model section 8. combinations: of answers, or cases, it was held against."""

    number: int
    status: Literal["proved", "tested"]
    method: Literal["solver", "exhaustive", "structure", "random"]
    combinations: int

    @property
    def way(self) -> str:
        """How sure it is: `every` combination, all that was `read`, all `tried`, or a sample `tested`."""
        return "tested" if self.status == "tested" else _WAYS[self.method]


@dataclass(frozen=True, slots=True)
class ProofSheet:
    """One run of `borg-triage verify` in which nothing failed. solver, program: what it was proved with."""

    instrument: InstrumentRef
    contract_version: str
    contract_sha256: str
    program: str
    solver: str
    proved_on: date
    properties: tuple[Proved, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether the rules in use are proved. ref: those rules. sheet: None when there is no proof of exactly
    them; why_not then says why, as the end of a key `proof.none.*`.
    """

    ref: InstrumentRef
    sheet: ProofSheet | None
    why_not: str = ""


class Saying(NamedTuple):
    """What holds in a case, and over how many cases that was looked at; "" where its group says so."""

    text: str
    cases: str


class Group(NamedTuple):
    """Properties that are equally sure. how: what was done to find out."""

    title: str
    how: str
    sayings: tuple[Saying, ...]


class ProofWords:
    """A proof in one language."""

    def __init__(self, proof: Proof, texts: Catalog) -> None:
        self._proof, self._texts = proof, texts
        self._t: Callable[..., str] = texts.text

    @property
    def proved(self) -> bool:
        """Whether there is a proof of exactly these rules."""
        return self._proof.sheet is not None

    def verdict(self) -> tuple[str, tuple[str, ...]]:
        """The verdict, and what goes with it. Never empty: what is not proved is said to be not proved."""
        sheet, version = self._proof.sheet, self._proof.ref.version
        if sheet is None:
            why = self._t(f"proof.none.{self._proof.why_not}")
            return self._t("proof.none.title", version=version), (why, self._t("proof.none.text"))
        tested = sum(one.way == "tested" for one in sheet.properties)
        day = formats.day(sheet.proved_on, self._texts.language)
        title = self._t("proof.title.proved", version=version, day=day)
        number = len(sheet.properties)
        return title, (self._t("proof.held", n=number, proved=number - tested, tested=tested),)

    def groups(self) -> Iterator[Group]:
        """The properties, the surest first."""
        properties = () if self._proof.sheet is None else self._proof.sheet.properties
        for way in (*_WAYS.values(), "tested"):
            found = [one for one in properties if one.way == way]
            if not found:
                continue
            # Where all share one immense number, it is said once; the least, so as not to say too much.
            digits = len(str(min(one.combinations for one in found)))
            yield Group(
                self._t(f"proof.{way}.title"),
                self._t(f"proof.{way}.how", digits=digits),
                tuple(Saying(self._t(f"property.{one.number}.plain"), self._count(one)) for one in found),
            )

    def _count(self, one: Proved) -> str:
        if one.way in ("every", "read"):
            return ""
        number = format_decimal(one.combinations, locale=self._texts.language)
        return self._t(f"proof.{one.way}.count", number=number)

    def limits(self) -> tuple[str, tuple[str, ...]]:
        """A title, and what no proof says; the more where there is one, that might be taken to say it."""
        names = _NOT_SAID if self.proved else _NEVER_SAID
        title = self._t("proof.not_said.title" if self.proved else "proof.none.limits")
        return title, tuple(self._t(f"proof.not_said.{one}") for one in names)

    def marks(self) -> tuple[str, tuple[str, ...]]:
        """A title, and by what exactly rules and proof are known: versions and the beginnings of hashes."""
        ref, sheet = self._proof.ref, self._proof.sheet
        name, mark = self._t("instrument.name"), ref.sha256[:HASH]
        rules = self._t("proof.mark.instrument", name=name, version=ref.version, hash=mark)
        if sheet is None:
            return self._t("proof.none.marks"), (rules,)
        mark = sheet.contract_sha256[:HASH]
        contract = self._t("proof.mark.contract", version=sheet.contract_version, hash=mark)
        made = self._t("proof.mark.made", program=sheet.program, solver=sheet.solver)
        return self._t("proof.mark.title"), (rules, contract, made)
