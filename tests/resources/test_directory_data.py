"""The directory's data: destinations, Veilig Thuis regions and their texts, read as plain files."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
DIRECTORY = ROOT / "resources" / "directory"
LANGUAGES = ("nl", "en")

# Emergency; 0800 free and 0900 paid, of four digits or seven; 088 company number; ten digits with area code.
PHONE = re.compile(
    r"112"
    r"|0[89]00-\d{4}(?:\d{3})?"
    r"|088-\d{2} \d{2} \d{3}"
    r"|0[1-7]\d-\d{3} \d{2} \d{2}"
    r"|0[1-7]\d{2}-\d{2} \d{2} \d{2}"
)

# Confirmed in the research; every other number carries a mark on screen and on paper.
CONFIRMED_NUMBERS = {"112", "0800-2000", "0800-0188", "0800-0113"}

REQUIRED = {
    "emergency_112", "ambulance", "police", "officer_in_charge", "veilig_thuis", "veilig_thuis_crisis_team",
    "reclassering", "forensic_care", "ggz", "addiction_care", "local_team", "sexual_assault_centre",
    "forensic_examination", "gp", "suicide_prevention", "crisis_service", "police_honour_expertise",
    "stalking_framework", "shelter", "child_protection", "geriatric_crisis", "legal_counsel",
}  # fmt: skip

REGION_CODES = {f"VT{number:02}" for number in range(1, 28)} - {"VT16", "VT26"}


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DIRECTORY / name).read_text("utf-8"))


def _destinations() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = _toml("destinations.toml")["destinations"]
    return entries


def _regions() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = _toml("regions.toml")["regions"]
    return entries


def _texts(language: str) -> dict[str, str]:
    path = ROOT / "locales" / language / "LC_MESSAGES" / "directory.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale=language, abort_invalid=True)
    return {str(message.id): str(message.string) for message in catalog if message.id}


each_destination = pytest.mark.parametrize("entry", _destinations(), ids=lambda entry: str(entry["id"]))


def test_ids_are_unique_and_complete() -> None:
    counted = Counter(entry["id"] for entry in _destinations())
    assert [name for name, times in counted.items() if times > 1] == []
    assert set(counted) >= REQUIRED


@each_destination
def test_destination_says_where_it_comes_from_and_when_it_was_checked(entry: dict[str, Any]) -> None:
    assert entry["source"].strip()
    assert isinstance(entry["checked_on"], date)
    assert entry["status"] in {"confirmed", "unconfirmed"}


@each_destination
def test_destination_has_only_known_fields(entry: dict[str, Any]) -> None:
    known = {"id", "phone", "phone_hours", "anonymous", "source", "checked_on", "status"}
    assert set(entry) <= known


@each_destination
def test_phone_number_is_written_the_dutch_way(entry: dict[str, Any]) -> None:
    if "phone" not in entry:
        return
    assert PHONE.fullmatch(entry["phone"])
    assert "phone_hours" in entry, "a number without hours leaves the caller guessing"


@each_destination
def test_a_number_nobody_confirmed_is_never_called_confirmed(entry: dict[str, Any]) -> None:
    if entry.get("phone", "112") not in CONFIRMED_NUMBERS:
        assert entry["status"] == "unconfirmed"


@pytest.mark.parametrize(
    "number",
    ["0800-2000", "0800-0113", "0900-8844", "112", "088-80 41 000", "020-555 12 34", "0113-12 34 56"],
)
def test_the_phone_pattern_takes_dutch_numbers(number: str) -> None:
    assert PHONE.fullmatch(number)


@pytest.mark.parametrize(
    "number", ["113-0800", "+31800", "0800 2000", "08002000", "0700-1234", "088-8041000", ""]
)
def test_the_phone_pattern_refuses_other_writing(number: str) -> None:
    assert not PHONE.fullmatch(number)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_destination_has_a_name_and_a_note(language: str) -> None:
    texts = _texts(language)
    for entry in _destinations():
        for part in ("name", "note"):
            assert texts.get(f"destination.{entry['id']}.{part}", "").strip(), (entry["id"], part)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_in_the_data_has_a_text(language: str) -> None:
    texts = _texts(language)
    keys = {entry["phone_hours"] for entry in _destinations() if "phone_hours" in entry}
    keys |= {region["note"] for region in _regions() if "note" in region}
    assert {key for key in keys if not texts.get(key, "").strip()} == set()


def test_both_languages_hold_the_same_keys_and_different_texts() -> None:
    dutch, english = _texts("nl"), _texts("en")
    assert dutch.keys() == english.keys()
    notes = [key for key in dutch if key.endswith(".note")]
    assert [key for key in notes if dutch[key] == english[key]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_left_that_nothing_points_at(language: str) -> None:
    ids = {entry["id"] for entry in _destinations()}
    used = {f"destination.{name}.{part}" for name in ids for part in ("name", "note")}
    used |= {entry["phone_hours"] for entry in _destinations() if "phone_hours" in entry}
    used |= {region["note"] for region in _regions() if "note" in region}
    assert set(_texts(language)) == used


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_header_names_its_language_and_utf8(language: str) -> None:
    text = (ROOT / "locales" / language / "LC_MESSAGES" / "directory.po").read_text("utf-8")
    header = text.split("\n\n", 1)[0]
    assert f'"Language: {language}\\n"' in header
    assert "charset=UTF-8" in header


def test_there_are_25_regions_with_the_codes_in_use() -> None:
    codes = [region["code"] for region in _regions()]
    assert len(codes) == 25
    assert set(codes) == REGION_CODES


def test_every_municipality_is_in_exactly_one_region() -> None:
    counted = Counter(name for region in _regions() for name in region["municipalities"])
    assert [name for name, times in counted.items() if times > 1] == []
    assert len(counted) == 342


@pytest.mark.parametrize(
    ("municipality", "code"),
    [
        ("Heusden", "VT15"),
        ("Alphen-Chaam", "VT15"),
        ("Baarle-Nassau", "VT15"),
        ("Mook en Middelaar", "VT06"),
        ("Eemnes", "VT20"),
        ("Nuenen, Gerwen en Nederwetten", "VT27"),
        ("'s-Gravenhage", "VT09"),
        ("Amsterdam", "VT01"),
    ],
)
def test_places_that_differ_from_their_safety_region(municipality: str, code: str) -> None:
    assert [region["code"] for region in _regions() if municipality in region["municipalities"]] == [code]


def test_eemnes_carries_a_note_in_both_regions_that_may_take_it() -> None:
    noted = {region["code"] for region in _regions() if "note" in region}
    assert {"VT07", "VT20"} <= noted


def test_an_everyday_name_leads_to_one_municipality() -> None:
    names = {name for region in _regions() for name in region["municipalities"]}
    aliases: dict[str, str] = _toml("regions.toml")["aliases"]
    assert set(aliases.values()) <= names
    assert set(aliases).isdisjoint(names)


def test_the_region_table_names_its_licence_and_dates() -> None:
    table = _toml("regions.toml")
    assert "CC BY 4.0" in table["source"]
    assert "CBS" in table["source"]
    assert isinstance(table["checked_on"], date)
    assert all(isinstance(region["valid_from"], date) for region in table["regions"])


def test_every_destination_a_route_can_name_is_in_the_directory() -> None:
    known = {entry["id"] for entry in _destinations()}
    routes = sorted((ROOT / "resources" / "instruments").glob("*/*/routes.toml"))
    assert routes
    for path in routes:
        rules = tomllib.loads(path.read_text("utf-8"))["destinations"]
        assert {rule["to"] for rule in rules} <= known, path
