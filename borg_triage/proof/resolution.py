"""Properties 7 and 8: which observations count, tried exhaustively against the contract.

The resolver looks at one item's observations at a time (and at what staff said of the interview), and
treats items with the same policy alike. So it is enough to try, per policy, every pair of observations drawn
from all values, sources, hearing and every age on both sides of every limit; and every three, drawn one from
each kind that the contract tells apart (value, age, and who may be relied on when). What counts is decided by
at most two of them (the newest that counts, and the gravest), so three show every way in which one more can
matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations, combinations_with_replacement, permutations

from borg_triage.domain.answers import Observation, Resolver
from borg_triage.domain.instrument import ABSENT, SOURCES, Instrument, Item
from borg_triage.proof.contract import Contract
from borg_triage.proof.verdict import Verdict

TODAY = date(2026, 11, 22)

# (talk known to be out of hearing, observations of one item)
_Said = Sequence[Observation]


class ResolutionProof:
    """Tries the resolver of one instrument against the contract."""

    def __init__(self, instrument: Instrument, contract: Contract) -> None:
        self._instrument = instrument
        self._contract = contract
        self._resolver = Resolver(instrument)
        self.tried = 0

    def favourable_needs_reliability(self) -> Verdict:
        """Property 7: an unreliable or stale favourable observation changes nothing; any in the worse
        sense counts, whoever gave it, while it is not stale.
        """
        self.tried = 0
        faults: list[str] = []
        faults += self._filled_in()
        for item in self._representatives():
            faults += self._of_item(item)
        return Verdict(7, "failed" if faults else "proved", "exhaustive", self.tried, faults=tuple(faults))

    def order_changes_nothing(self) -> Verdict:
        """Property 8: neither the order of observations nor one said twice changes what counts."""
        self.tried = 0
        faults: list[str] = []
        for item in self._representatives():
            fault = self._first(self._reordered(item), f"{item.id}: the order changes what counts")
            faults += [fault] if fault else []
        return Verdict(8, "failed" if faults else "proved", "exhaustive", self.tried, faults=tuple(faults))

    def _representatives(self) -> Iterator[Item]:
        """One item of each kin: the same policy in the instrument and the same promise in the contract."""
        seen: set[object] = set()
        for item in self._instrument.items:
            if item.kind == "date":
                continue
            section = self._instrument.section[item.section]
            kin = (
                item.kind, item.values, item.favourable, item.moment, item.recent_days, item.worse,
                self._instrument.reliable_from(item), self._instrument.favourable_days(item),
                section.all_days, section.only_source, self._favourable(item),
                self._contract.reliable_from(item.id, SOURCES),
                *(self._contract.days(kind, item.id) for kind in ("any_answer", "yes", "favourable")),
                item.becomes and (item.becomes, item.id),
                item.id in self._contract.moment, self._contract.once.get(item.id),
            )  # fmt: skip
            if kin not in seen:
                seen.add(kin)
                yield item

    def _favourable(self, item: Item) -> str | None:
        if item.kind == "choice":
            return item.values[0] if item.id in self._contract.worsened() else None
        return self._contract.favourable_of(item.id)

    def _filled_in(self) -> Iterator[str]:
        """What names nobody must not come to be somebody's whose reassurance counts for more."""
        for item in self._instrument.items:
            self.tried += 1
            source = self._instrument.default_source(item)
            if source != self._contract.source_of(item.id):
                yield f"{item.id}: an answer that names nobody is taken to be {source}'s"

    def _of_item(self, item: Item) -> Iterator[str]:
        checks: tuple[tuple[Iterator[bool], str], ...]
        if item.id in self._contract.interview:
            checks = ((self._staff_only(item), f"{item.id}: others than staff change what counts"),)
        else:
            checks = (
                (
                    self._unreliable_ignored(item),
                    f"{item.id}: an unreliable or stale favourable answer counts",
                ),
                (self._worse_counts(item), f"{item.id}: an answer in the worse sense does not count"),
                (self._reliable_counts(item), f"{item.id}: what counts is not an answer that was given"),
                (self._once_was(item), f"{item.id}: a yes of longer ago is lost"),
            )
        for cases, words in checks:
            fault = self._first(cases, words)
            if fault:
                yield fault

    def _first(self, cases: Iterator[bool], words: str) -> str | None:
        for holds in cases:
            self.tried += 1
            if not holds:
                return words
        return None

    # ------------------------------------------------------------ the checks

    def _count(self, item: Item, said: _Said, *, apart: bool = False) -> dict[str, str]:
        answers = {item.id: tuple(said)}
        if apart:
            talk = self._contract.overheard.unless_staff_says_yes_to
            answers[talk] = (*answers.get(talk, ()), Observation("yes", "staff", TODAY))
        return self._resolver.resolve(answers, TODAY)

    def _unreliable_ignored(self, item: Item) -> Iterator[bool]:
        favourable = self._favourable(item)
        if favourable is None:
            return
        pool = self._pool(item)
        for apart in (False, True):
            idle = [
                seen for seen in pool if seen.value == favourable and not self._trusted(item, seen, apart)
            ]
            for before in (*((seen,) for seen in pool), ()):
                counted = self._count(item, before, apart=apart)
                yield from (self._count(item, (*before, seen), apart=apart) == counted for seen in idle)

    def _worse_counts(self, item: Item) -> Iterator[bool]:
        """A fresh answer in the worse sense makes the item so, unless a newer day says otherwise."""
        favourable = self._favourable(item)
        for apart in (False, True):
            for seen in self._pool(item):
                if seen.value in (favourable, *ABSENT) or self._stale(item, seen):
                    continue
                for other in self._pool(item):
                    newer = other.on > seen.on and self._displaces(item, other, apart)
                    if newer or self._graver(item, other, seen):
                        continue
                    yield self._count(item, (other, seen), apart=apart).get(item.id) == seen.value

    def _displaces(self, item: Item, other: Observation, apart: bool) -> bool:
        """Of what passes the newest day counts; of where a separation stands, the newest that is reliable."""
        reliable = other.value not in ABSENT and self._trusted(item, other, apart)
        return item.id in self._contract.moment or (item.kind == "choice" and reliable)

    def _graver(self, item: Item, other: Observation, seen: Observation) -> bool:
        """Of a list without a newer day the gravest by the contract prevails, while it is not stale."""
        if item.kind != "choice" or other.value in ABSENT or self._stale(item, other):
            return False
        order = self._contract.values[item.id]
        return order.index(other.value) > order.index(seen.value)

    def _reliable_counts(self, item: Item) -> Iterator[bool]:
        """What counts was said; a favourable answer alone counts only when it is trusted and fresh."""
        favourable = self._favourable(item)
        for apart in (False, True):
            for seen in self._pool(item):
                counted = self._count(item, (seen,), apart=apart).get(item.id)
                if seen.value in ABSENT or self._stale(item, seen):
                    yield counted is None
                elif seen.value == favourable:
                    yield counted == (seen.value if self._trusted(item, seen, apart) else None)
                else:
                    yield counted == seen.value

    def _once_was(self, item: Item) -> Iterator[bool]:
        """A yes that is no longer recent says what once was, whatever else is said."""
        once, pool = self._contract.once.get(item.id), self._pool(item)
        if once is None:
            return
        for seen in pool:
            if seen.value == "yes" and self._stale(item, seen):
                yield from (self._count(item, said).get(once) == "yes" for said in ((seen,), (seen, *pool)))
                yield from (self._count(item, (other, seen)).get(once) == "yes" for other in pool)

    def _staff_only(self, item: Item) -> Iterator[bool]:
        pool = self._pool(item)
        others = [seen for seen in pool if seen.source != "staff"]
        for before in (*((seen,) for seen in pool), ()):
            counted = self._count(item, before).get(item.id)
            yield from (self._count(item, (*before, seen)).get(item.id) == counted for seen in others)

    def _reordered(self, item: Item) -> Iterator[bool]:
        pool = self._pool(item)
        for one, other in combinations_with_replacement(pool, 2):
            counted = self._count(item, (one, other))
            yield counted == self._count(item, (other, one)) == self._count(item, (one, other, one))
        for three in combinations(self._kinds(item, pool), 3):
            counted = self._count(item, three)
            yield all(self._count(item, order) == counted for order in permutations(three))

    def _kinds(self, item: Item, pool: Sequence[Observation]) -> list[Observation]:
        """One observation of each kind that the contract tells apart."""
        staff = item.id in self._contract.interview
        kinds = {
            (
                seen.value,
                seen.on,
                seen.source == "staff" if staff else self._trusted(item, seen, False),
                self._trusted(item, seen, True),
            ): seen
            for seen in pool
        }
        return list(kinds.values())

    # ------------------------------------------------------------ the contract's words

    def _trusted(self, item: Item, seen: Observation, apart: bool) -> bool:
        """A favourable observation that the contract lets count."""
        overheard = seen.overheard
        if overheard is None:
            overheard = not apart and seen.source in self._contract.overheard.sources
        reliable = seen.source in self._contract.reliable_from(item.id, SOURCES)
        return not overheard and reliable and not self._stale(item, seen)

    def _stale(self, item: Item, seen: Observation) -> bool:
        age = (TODAY - seen.on).days
        if seen.value == self._favourable(item):
            limits = [self._contract.days(kind, item.id) for kind in ("any_answer", "favourable")]
        else:
            limits = [self._contract.days(kind, item.id) for kind in ("any_answer", "yes")]
        return any(limit is not None and age > limit for limit in limits)

    def _pool(self, item: Item) -> list[Observation]:
        """Every observation there is, up to ages that no limit tells apart."""
        section = self._instrument.section[item.section]
        limits = {
            *(section.all_days, item.recent_days, self._instrument.favourable_days(item)),
            *(self._contract.days(kind, item.id) for kind in ("any_answer", "yes", "favourable")),
        } - {None}
        ages = {0, 1, *(age for limit in limits if limit for age in (limit, limit + 1))}
        values = [*item.answers, "unknown"]
        return [
            Observation(value, source, TODAY - timedelta(days=age), overheard)
            for value in values
            for source in SOURCES
            for overheard in (None, False, True)
            for age in sorted(ages)
        ]
