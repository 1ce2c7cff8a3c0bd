"""The directory as the program reads it."""

from __future__ import annotations

import pytest

from borg_triage.app.directory import directory
from borg_triage.app.instruments import current
from borg_triage.app.resources import catalog


def test_every_destination_of_the_instrument_has_a_contact_with_source_and_date() -> None:
    for rule in current().instrument.destinations:
        contact = directory().contact(rule.to)
        assert contact is not None, rule.to
        assert contact.source
        assert contact.checked_on.year >= 2026


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_contact_has_a_name_and_hours_in_words(language: str) -> None:
    texts = catalog(language)
    for contact in directory().contacts:
        assert texts.has(f"destination.{contact.id}.name")
        if contact.phone_hours:
            assert texts.has(contact.phone_hours)


@pytest.mark.parametrize(
    ("municipality", "region"),
    [("Utrecht", "VT20"), ("den haag", "VT09"), (" 's-Hertogenbosch ", "VT27"), ("Eemnes", "VT20")],
)
def test_a_municipality_finds_its_region(municipality: str, region: str) -> None:
    found = directory().region_of(municipality)
    assert found is not None
    assert found.code == region


def test_an_unknown_municipality_finds_none() -> None:
    assert directory().region_of("Atlantis") is None
