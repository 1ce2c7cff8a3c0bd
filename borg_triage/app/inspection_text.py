"""A copy for one person in plain words, and the privacy officer's list that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator

from borg_triage.app.inspection import Draft, Inspection, Kept, Received, Said
from borg_triage.app.retention_text import length
from borg_triage.domain.instrument import Instrument
from borg_triage.report.words import Words
from borg_triage.text.catalog import Catalog


def inspection_text(inspection: Inspection, texts: Catalog, instrument: Instrument) -> str:
    """The copy as plain text, to be read by a privacy officer first: it says so at the top."""
    words = Words(texts, instrument)
    return "\n".join(_copy(inspection, words, texts)).strip() + "\n"


def officer_text(draft: Draft, texts: Catalog, instrument: Instrument) -> str:
    """What the privacy officer must look at. It never goes along with the copy."""
    words = Words(texts, instrument)
    lines = [
        words.t("inspection.officer.title"),
        words.t("inspection.officer.keep"),
        "",
        *(f"- {words.t(warning)}" for warning in draft.warnings),
    ]
    for entry in draft.to_check:
        place = f"{entry.seq}. " if entry.seq is not None else ""
        lines += ["", f"{place}{words.t(f'inspection.check.{entry.why}')}", f"   {entry.text}"]
    return "\n".join(lines) + "\n"


def _copy(copy: Inspection, words: Words, texts: Catalog) -> Iterator[str]:
    t = words.t
    yield from (t("inspection.banner"), t("inspection.banner.why"), "")
    yield t("inspection.title")
    yield t("inspection.for", who=t(f"inspection.subject.{copy.subject}"))
    yield t("inspection.made", day=words.day(copy.made_on), reference=copy.reference)
    if copy.kept is None:
        yield from ("", t("inspection.nothing"))
        return
    yield from ("", f"# {t('inspection.said')}", t("inspection.said.intro"))
    yield from _answers(copy.said, words) if copy.said else (t("inspection.said.none"),)
    if copy.about:
        yield from ("", f"# {t('inspection.about')}", t("inspection.about.intro"))
        yield from _answers(copy.about, words)
    if copy.concluded is not None:
        yield from ("", f"# {t('inspection.concluded')}")
        yield t(f"level.{copy.concluded.level}.label")
        yield t(f"pattern.{copy.concluded.pattern}.label")
        yield t("inspection.concluded.what")
    yield from ("", f"# {t('inspection.received')}")
    yield from _received(copy.received, words)
    yield from ("", f"# {t('inspection.kept')}", *_kept(copy.kept, words, texts))
    yield from ("", f"# {t('inspection.left_out')}", t("inspection.left_out.what"))
    yield from ("", f"# {t('inspection.rights')}", t("inspection.rights.what"))


def _answers(said: tuple[Said, ...], words: Words) -> Iterator[str]:
    for answer in said:
        line = words.t(
            "inspection.answer",
            item=words.item(answer.item),
            value=words.value(answer.item, answer.value),
            day=words.short_day(answer.on),
        )
        yield f"- {line}{' ' + words.t('inspection.withdrawn') if answer.withdrawn else ''}"
        if answer.words is not None:
            yield from (f"    {line}" for line in answer.words.splitlines())


def _received(received: tuple[Received, ...], words: Words) -> Iterator[str]:
    for one in received:
        day = f"{words.short_day(one.on)}: " if one.on is not None else ""
        yield f"- {day}{words.t(f'inspection.receiver.{one.receiver}')}"
    yield words.t("inspection.received.what" if received else "inspection.received.none")


def _kept(kept: Kept, words: Words, texts: Catalog) -> Iterator[str]:
    t = words.t
    yield t("inspection.kept.by", group=t(f"group.{kept.group}"))
    yield t("inspection.kept.since", day=words.day(kept.since))
    yield t(f"inspection.ground.{kept.group}")
    yield t("inspection.purpose")
    yield t(f"inspection.clock.{kept.clock}", length=length(kept.erased, texts))
    if kept.hidden is not None:
        yield t("inspection.kept.hidden", length=length(kept.hidden, texts))
    if kept.erase_on is not None:
        yield t("inspection.kept.erase_on", day=words.day(kept.erase_on))
