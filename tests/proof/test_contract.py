"""The contract says what the decision model says, not what the instrument happens to say.

The lists of the model were written down a second time for the oracle, from the page and without sight of the
instrument; they are held against the contract here.
"""

from __future__ import annotations

import pytest

from borg_triage.app.instruments import current
from borg_triage.domain.instrument import SOURCES
from borg_triage.proof.contract import ContractError, check_items
from borg_triage.proof.contract_view import seen_by
from tests.oracle import items as model
from tests.proof.broken import contract

CONTRACT = contract()
LISTS = {
    "interview": model.INTERVIEW,
    "acute": model.ACUTE,
    "screening": model.SCREENING,
    "flags": model.FLAGS,
    "light": model.LIGHT_FLAGS,
    "threat": model.THREE_THREATS,
    "control": model.BLOCKS,
    "core": model.CORE_BLOCKS,
    "possessive": model.POSSESSIVE,
    "factors": model.FACTORS,
    "review": model.REVIEW_SIGNALS,
    "moment": model.OF_THE_MOMENT,
    "favourable_yes": model.YES_IS_FAVOURABLE,
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_the_models(name: str) -> None:
    assert sorted(getattr(CONTRACT, name)) == sorted(LISTS[name])


def test_numbers_openings_and_values_are_the_models() -> None:
    assert {int(number): list(items) for number, items in CONTRACT.numbers.items()} == model.FLAG_NUMBERS
    assert {item: list(opened) for item, opened in CONTRACT.opens.items()} == model.OPENS
    assert {item: list(values) for item, values in CONTRACT.values.items()} == model.LISTS
    assert CONTRACT.once == model.COUNTS_FOR_WHAT_ONCE_WAS
    assert CONTRACT.stale.yes == model.RECENT_WINDOWS


def test_what_grows_old_is_what_the_model_says() -> None:
    grows_old = {item for item in model.STATE_ITEMS if CONTRACT.days("favourable", item) is not None}
    assert grows_old == set(model.FAVOURABLE_GROWS_OLD)


def test_whoever_edits_a_group_of_the_instrument_does_not_edit_the_promise() -> None:
    instrument = current().instrument
    stripped = instrument.model_copy(
        update={
            "items": tuple(item.model_copy(update={"tags": (), "number": None}) for item in instrument.items)
        }
    )
    seen = seen_by(CONTRACT, stripped)
    assert sorted(seen.group("tag.hard")) == sorted(CONTRACT.hard)
    assert sorted(seen.group("section.control")) == sorted(model.BLOCKS)
    assert {item.number for item in seen.items} - {None} == set(model.FLAG_NUMBERS)


@pytest.mark.parametrize(
    "item", ["acute.danger_now", "flag.afraid_to_speak", "flag.stalking", "context.separation"]
)
def test_nobody_is_relied_on_by_the_perpetrators_word(item: str) -> None:
    assert "perpetrator" not in CONTRACT.reliable_from(item, SOURCES)


def test_an_instrument_with_other_values_is_refused() -> None:
    instrument = current().instrument
    items = [
        item.model_copy(update={"values": item.values[:-1]}) if item.id == "borg.legal_frame" else item
        for item in instrument.items
    ]
    with pytest.raises(ContractError, match="contract"):
        check_items(CONTRACT, instrument.model_copy(update={"items": tuple(items)}))
