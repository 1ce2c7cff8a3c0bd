"""All properties of decision model section 8, one after another, for one instrument."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator

from borg_triage.domain.engine import Engine
from borg_triage.domain.instrument_files import LoadedInstrument
from borg_triage.proof.contract import Contract, check_items
from borg_triage.proof.hygiene import Hygiene, destinations_exist
from borg_triage.proof.outcomes import Promises
from borg_triage.proof.people import overrides_keep_the_lower_level
from borg_triage.proof.reasons import Reasons
from borg_triage.proof.replaying import Replaying
from borg_triage.proof.resolution import ResolutionProof
from borg_triage.proof.samples import questions_are_honest
from borg_triage.proof.verdict import Verdict

PROPERTIES = tuple(range(1, 15))


def steps(
    loaded: LoadedInstrument, contract: Contract, directory: Container[str]
) -> Iterator[tuple[int, Callable[[], Verdict]]]:
    """The number of each property and the call that gives its verdict, in order.

    Raises ContractError where the contract speaks of items that the instrument does not have.
    """
    instrument = loaded.instrument
    check_items(contract, instrument)
    engine = Engine(instrument)
    rulebook = engine.rulebook
    promises = Promises(rulebook, contract)
    resolution = ResolutionProof(instrument, contract)
    yield 1, promises.total
    yield 2, promises.monotone
    yield 3, promises.unknown_never_better
    yield 4, promises.floors
    yield 5, promises.borg_only_for_couple_violence
    yield 6, promises.couple_violence_needs_all_ruled_out
    yield 7, resolution.favourable_needs_reliability
    yield 8, resolution.order_changes_nothing
    yield 9, Reasons(promises).verdict
    yield 10, lambda: overrides_keep_the_lower_level(instrument)
    yield 11, Hygiene(rulebook, contract).verdict
    # An engine of its own: the others' circuit has grown by what their proofs ask of it.
    yield 12, Replaying(Engine(instrument), loaded.files).verdict
    yield 13, lambda: destinations_exist(instrument, directory)
    yield 14, lambda: questions_are_honest(engine)


def verify(loaded: LoadedInstrument, contract: Contract, directory: Container[str]) -> list[Verdict]:
    """Every verdict."""
    return [step() for _, step in steps(loaded, contract, directory)]
