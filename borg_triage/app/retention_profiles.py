"""How long cases stay, per kind of organisation: as shipped, and as an organisation set it in its vault."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from typing import Final, NamedTuple, get_args

from pydantic import ValidationError

from borg_triage.app.resources import ResourceError, resources
from borg_triage.domain.errors import BorgTriageError
from borg_triage.domain.instrument import USER_GROUPS
from borg_triage.domain.retention import ClockStart, Period, Profile
from borg_triage.storage.settings import SettingStore

# Every value of a profile that an organisation may set is one of these, the clock or the working copy.
PERIODS: Final = ("hidden", "erased", "handed_over", "idle", "remind")
CLOCKS: Final = get_args(ClockStart)
_PREFIX: Final = "retention"


class RetentionError(BorgTriageError):
    """A retention value, or a wish for one case, that cannot be taken. Nothing was changed."""


@cache
def shipped() -> dict[str, Profile]:
    """The profiles that come with the program, by user group. Raises ResourceError."""
    folder = resources() / "retention"
    try:
        texts = {group: (folder / f"{group}.toml").read_text("utf-8") for group in USER_GROUPS}
    except OSError as error:
        raise ResourceError("app.error.incomplete", name="retention") from error
    return {group: Profile.model_validate(tomllib.loads(text)) for group, text in texts.items()}


def profiles(settings: SettingStore) -> dict[str, Profile]:
    """The profiles as they hold in this vault. Raises VaultError; RetentionError for an unreadable value."""
    kept = settings.all()
    return {group: _with(profile, kept) for group, profile in shipped().items()}


def setting_of(profile: str, value: str) -> str:
    """The name under which a vault keeps an organisation's own value."""
    return f"{_PREFIX}.{profile}.{value}"


class Change(NamedTuple):
    """Another value for a profile. text: as a vault keeps it; empty takes the shipped one."""

    profile: str
    value: str
    text: str


def new_period(profile: str, value: str, length: str, source: str) -> Change:
    """Another length of time, with where it comes from. An empty length takes the shipped one again.

    Raises RetentionError: no such value, or no source. Whether the length will do, `with_change` says.
    """
    if value not in PERIODS or profile not in shipped():
        raise RetentionError("retention.error.value", value=value)
    if not length:
        return Change(profile, value, "")
    if not source.strip():
        raise RetentionError("retention.error.source")
    return Change(profile, value, json.dumps({"length": length, "source": source.strip()}))


def new_clock(profile: str, clock: str) -> Change:
    """Another day from which the term runs: opened, touched or closed. Raises RetentionError."""
    if clock not in CLOCKS or profile not in shipped():
        raise RetentionError("retention.error.value", value=clock)
    return Change(profile, "clock", "" if clock == shipped()[profile].clock else json.dumps(clock))


def new_working_copy(profile: str, working_copy: bool) -> Change:
    """Whether cases go after a confirmed hand-over. Raises RetentionError."""
    if profile not in shipped():
        raise RetentionError("retention.error.value", value=profile)
    usual = shipped()[profile].working_copy
    return Change(profile, "working_copy", "" if working_copy == usual else json.dumps(working_copy))


def with_change(settings: SettingStore, change: Change) -> Profile:
    """The profile as it would then be; nothing is kept.

    Raises RetentionError: not a length, one of nothing, or hidden after erased.
    """
    name = setting_of(change.profile, change.value)
    return _with(shipped()[change.profile], {**settings.all(), name: change.text})


def keep(settings: SettingStore, change: Change) -> Profile:
    """Keep a change in the vault. Raises RetentionError, as `with_change` does, and VaultError."""
    changed = with_change(settings, change)
    settings.put(setting_of(change.profile, change.value), change.text)
    return changed


def _with(profile: Profile, kept: dict[str, str]) -> Profile:
    """The profile with an organisation's own values in place of the shipped ones."""
    values = {name: getattr(profile, name) for name in Profile.model_fields}
    try:
        for name in (*PERIODS, "clock", "working_copy"):
            text = kept.get(setting_of(profile.id, name))
            if text:
                own = json.loads(text)
                values[name] = Period(**own, status="organisation") if name in PERIODS else own
        return Profile(**values)
    except (ValidationError, ValueError, TypeError) as error:
        hidden, erased = values["hidden"], values["erased"]
        late = hidden is not None and not erased.is_nothing and hidden.ends_after(erased)
        raise RetentionError("retention.error.order" if late else "retention.error.length") from error
