"""The published schema and the program take and give the same."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from borg_triage.app.instruments import current
from borg_triage.app.output import brief_output, full_output
from borg_triage.app.resources import catalog
from borg_triage.domain.case_input import CaseReader
from borg_triage.domain.errors import CaseInputError
from tests.oracle.random_cases import random_case

READY = current()
READER = CaseReader(READY.instrument)
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def schemas() -> dict[str, Draft202012Validator]:
    printed = subprocess.run(
        [sys.executable, "-m", "borg_triage", "schema"], capture_output=True, text=True, check=True
    ).stdout
    found: dict[str, dict[str, Any]] = json.loads(printed)
    for schema in found.values():
        Draft202012Validator.check_schema(schema)
    return {name: Draft202012Validator(schema) for name, schema in found.items()}


@pytest.mark.parametrize("seed", range(40))
def test_random_cases_and_their_results_fit(schemas: dict[str, Draft202012Validator], seed: int) -> None:
    case = random_case(random.Random(seed))
    schemas["input"].validate(case)
    read = READER.read(case, TODAY)
    schemas["output"].validate(full_output(READY.engine.assess(read), READY.ref, catalog("nl")))
    schemas["output"].validate(brief_output(READY.engine.brief(read), READY.ref))


def test_an_error_line_fits(schemas: dict[str, Draft202012Validator]) -> None:
    schemas["output"].validate({"error": "...", "line": 3})


VALUES = st.sampled_from(["yes", "no", "unknown", "announced", "maybe", "", 1, None, True, [], {}])
OBSERVATIONS = VALUES | st.fixed_dictionaries(
    {},
    optional={
        "value": VALUES,
        "source": st.sampled_from(["victim", "nobody", 3]),
        "overheard": st.sampled_from([True, False, "no", None]),
        "on": st.sampled_from(["2026-11-21", "2026-1-1", "x", 20261121]),
        "note": st.sampled_from(["", "x", 1]),
        "extra": st.just(1),
    },
)
ANSWERS = st.dictionaries(
    st.sampled_from(["flag.stalking", "context.separation", "context.measure_ends", "flag.gone"]),
    OBSERVATIONS | st.lists(OBSERVATIONS, max_size=2),
    max_size=3,
)


@given(
    st.fixed_dictionaries(
        {"user_group": st.sampled_from(["police", "army"]), "answers": ANSWERS},
        optional={"assessed_on": st.sampled_from(["2026-11-22", "22-11-2026"]), "more": st.just(1)},
    )
)
def test_schema_and_reader_refuse_the_same(schemas: dict[str, Draft202012Validator], case: Any) -> None:
    try:
        READER.read(case, TODAY)
        taken = True
    except CaseInputError:
        taken = False
    assert schemas["input"].is_valid(case) == taken
