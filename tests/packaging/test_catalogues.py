"""check_catalogues finds each kind of fault, compile_catalogues compiles what is stale."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from tests.packaging import script

HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
GOOD = {
    "nl": """msgid "cases.new"
msgstr "Nieuwe casus"

msgctxt "pets"
msgid "ask"
msgstr "Zijn er {soort} in huis?"

msgid "cases.count"
msgid_plural "cases.count"
msgstr[0] "één casus"
msgstr[1] "{n} casussen"
""",
    "en": """msgid "cases.new"
msgstr "New case"

msgctxt "pets"
msgid "ask"
msgstr "Are there {soort} in the home?"

msgid "cases.count"
msgid_plural "cases.count"
msgstr[0] "{n} case"
msgstr[1] "{n} cases"
""",
}


def write(locales: Path, language: str, body: str, name: str = "app.po") -> Path:
    path = locales / language / "LC_MESSAGES" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER.format(language=language) + body, encoding="utf-8")
    return path


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    for language, body in GOOD.items():
        write(tmp_path / "locales", language, body)
    return tmp_path / "locales"


def faults(locales: Path) -> str:
    return "\n".join(script("check_catalogues").check(locales))


def test_good_catalogues_have_no_fault(locales: Path) -> None:
    assert faults(locales) == ""


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('msgid "cases.new"\nmsgstr "New case"\n', "", "en/LC_MESSAGES/app.po: cases.new is missing"),
        ('msgstr "New case"', 'msgstr ""', "cases.new is empty"),
        ('msgstr "New case"', 'msgstr "  "', "cases.new is empty"),
        ('msgstr[1] "{n} cases"', 'msgstr[1] ""', "cases.count is empty"),
        ('msgid "cases.new"', '#, fuzzy\nmsgid "cases.new"', "cases.new is fuzzy"),
        ('msgstr "New case"', 'msgstr "cases.new"', "cases.new has its own key for a text"),
        (
            "{soort} in the home",
            "{kind} in the home",
            "pets / ask has other placeholders by language: en {kind}; nl {soort}",
        ),
        (
            "{soort} in the home",
            "pets in the home",
            "pets / ask has other placeholders by language: en none; nl {soort}",
        ),
        ("{soort} in the home", "{soort in the home", "pets / ask has a brace"),
        ("msgctxt", 'msgid "cases.new"\nmsgstr "Twice"\n\nmsgctxt', "cases.new stands on line 9 too"),
        ("msgctxt", '#~ msgid "old"\n#~ msgstr "Old"\n\nmsgctxt', "old is obsolete"),
        ('msgstr[1] "{n} cases"\n', "", "cases.count is empty"),
        ('msgstr[1] "{n} cases"\n', 'msgstr[1] "{n} cases"\nmsgstr[2] "many"\n', "cannot be read"),
        ('"New case"', '"New case', 'app.po:10: not a line of a catalogue: msgstr "New case'),
        ('"New case"', '"New "case""', "app.po:10: not a line of a catalogue"),
        ("msgctxt", 'msgid "extra"\nmsgstr "Extra"\n\nmsgctxt', "nl/LC_MESSAGES/app.po: extra is missing"),
    ],
)
def test_each_fault_is_found(locales: Path, before: str, after: str, said: str) -> None:
    body = GOOD["en"].replace(before, after, 1)
    assert body != GOOD["en"]
    write(locales, "en", body)
    assert said in faults(locales)


def test_a_fault_names_its_line(locales: Path) -> None:
    path = write(locales, "en", GOOD["en"].replace("New case", "", 1))
    lines = path.read_text(encoding="utf-8").splitlines()
    number = lines.index('msgid "cases.new"') + 1
    assert f"en/LC_MESSAGES/app.po:{number}: cases.new is empty" in faults(locales)


def test_a_key_in_another_context_is_another_key(locales: Path) -> None:
    for language, body in GOOD.items():
        write(locales, language, body + '\nmsgctxt "knife"\nmsgid "ask"\nmsgstr "?"\n')
    assert faults(locales) == ""


def test_a_file_that_one_language_lacks_is_found(locales: Path) -> None:
    write(locales, "nl", GOOD["nl"], name="directory.po")
    assert faults(locales) == "en/LC_MESSAGES/directory.po: missing; other languages have it"


def test_a_file_in_another_encoding_is_said_and_not_raised(locales: Path) -> None:
    path = write(locales, "nl", GOOD["nl"])
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    assert "nl/LC_MESSAGES/app.po: cannot be read" in faults(locales)


def test_no_catalogue_at_all_is_a_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) != ""


def test_compiling_writes_what_gettext_reads(locales: Path) -> None:
    written = script("compile_catalogues").compile_tree(locales)
    assert sorted(path.parts[-3] for path in written) == ["en", "nl"]
    texts = gettext.translation("app", locales, languages=["nl"])
    assert texts.gettext("cases.new") == "Nieuwe casus"
    assert texts.pgettext("pets", "ask") == "Zijn er {soort} in huis?"
    assert [texts.ngettext("cases.count", "cases.count", n) for n in (1, 2)] == ["één casus", "{n} casussen"]


def test_compiling_again_writes_only_what_changed(locales: Path) -> None:
    compile_tree = script("compile_catalogues").compile_tree
    compile_tree(locales)
    assert compile_tree(locales) == []
    changed = locales / "nl" / "LC_MESSAGES" / "app.po"
    later = changed.stat().st_mtime_ns + 1_000_000_000
    os.utime(changed, ns=(later, later))
    assert compile_tree(locales) == [changed.with_suffix(".mo")]


def test_a_broken_catalogue_leaves_the_old_one(locales: Path) -> None:
    compile_tree = script("compile_catalogues").compile_tree
    compile_tree(locales)
    compiled = locales / "nl" / "LC_MESSAGES" / "app.mo"
    before = compiled.read_bytes()
    compiled.with_suffix(".po").write_text('msgid "a\n', encoding="utf-8")
    os.utime(compiled, ns=(0, 0))
    with pytest.raises(PoFileError):
        compile_tree(locales)
    assert compiled.read_bytes() == before
    assert sorted(path.suffix for path in compiled.parent.iterdir()) == [".mo", ".po"]
