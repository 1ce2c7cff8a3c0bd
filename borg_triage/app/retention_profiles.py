"""How long cases stay, per kind of organisation: as shipped, and as an organisation set it in its vault."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from typing import Final, get_args

from pydantic import ValidationError

from borg_triage.app.resources import ResourceError, resources
from borg_triage.domain.errors import BorgTriageError
from borg_triage.domain.instrument import USER_GROUPS
from borg_triage.domain.retention import ClockStart, Period, Profile
from borg_triage.storage.settings import SettingStore

PERIODS: Final = ("hidden", "erased", "handed_over", "idle", "remind")
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


def set_period(settings: SettingStore, profile: str, value: str, length: str, source: str) -> Profile:
    """Set one length of time for this vault; say why. An empty length takes the shipped one again.

    Raises RetentionError: no such value, not a length, no source, or hidden after erased.
    """
    if value not in PERIODS or profile not in shipped():
        raise RetentionError("retention.error.value", value=value)
    if not length:
        return _keep(settings, profile, value, "")
    if not source.strip():
        raise RetentionError("retention.error.source")
    return _keep(settings, profile, value, json.dumps({"length": length, "source": source.strip()}))


def set_clock(settings: SettingStore, profile: str, clock: str) -> Profile:
    """Set from which day the term runs: opened, touched or closed. Raises RetentionError."""
    if clock not in get_args(ClockStart) or profile not in shipped():
        raise RetentionError("retention.error.value", value=clock)
    return _keep(settings, profile, "clock", json.dumps(clock))


def set_profile_working_copy(settings: SettingStore, profile: str, working_copy: bool) -> Profile:
    """Set whether cases go after a confirmed hand-over. Raises RetentionError."""
    if profile not in shipped():
        raise RetentionError("retention.error.value", value=profile)
    return _keep(settings, profile, "working_copy", json.dumps(working_copy))


def _keep(settings: SettingStore, profile: str, value: str, text: str) -> Profile:
    name = setting_of(profile, value)
    changed = _with(shipped()[profile], {**settings.all(), name: text})
    settings.put(name, text)
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
        raise RetentionError("retention.error.length", profile=profile.id) from error
