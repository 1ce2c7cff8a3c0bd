"""How this user likes the program: language, appearance, zoom, when it locks, the folder of the last vault.

Plain text in the user's own settings folder. Never anything of a case: no names, no file of a case.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Final, NamedTuple

from borg_triage.domain.errors import BorgTriageError
from borg_triage.text.backup_names import vault_backed_up, vault_of

PROGRAM: Final = "borg-triage"
VAULT_SUFFIX: Final = ".borgvault"
# Another folder for the settings, for tests and for a shared machine.
OVERRIDE: Final = "BORG_TRIAGE_CONFIG"
# Minutes without a hand on it, after which the window may lock. It cannot be set to never.
LOCK_AFTER: Final = (1, 2, 5, 10, 15, 30)

_FILE: Final = "settings.json"
# Here the folders are two variables, and platformdirs alone would take a tenth of a start to say so.
_XDG: Final = sys.platform.startswith(("linux", "freebsd", "openbsd"))


class SettingsError(BorgTriageError):
    """The settings could not be kept; the program goes on with them until it closes."""


class Settings(NamedTuple):
    """What is kept. vault_folder: "" for the usual place. lock_after: one of LOCK_AFTER, in minutes.

    hide_from_capture: keep the windows out of screen captures, where the system can; off for training, and
    for help from a distance.
    """

    language: str = "nl"
    appearance: str = "light"
    zoom: int = 100
    vault_folder: str = ""
    lock_after: int = 5
    hide_from_capture: bool = True

    @property
    def folder(self) -> Path:
        """Where to look for vaults, and to put a new one."""
        return Path(self.vault_folder) if self.vault_folder else default_vault_folder()


def load() -> Settings:
    """The settings as kept; where they are missing or broken, the usual ones."""
    try:
        text = _path().read_bytes()
    except OSError:
        return Settings()
    import json

    try:
        kept = json.loads(text)
    except (ValueError, RecursionError):
        return Settings()
    return _checked(kept) if isinstance(kept, dict) else Settings()


def save(settings: Settings) -> None:
    """Keep the settings. Raises SettingsError."""
    import json

    path = _path()
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(settings._asdict(), indent=2), "utf-8")
        part.replace(path)
    except OSError as error:
        raise SettingsError("settings.error.not_saved") from error


def default_vault_folder() -> Path:
    """Where a vault lies if nobody chose another place. Not made here."""
    if _XDG:
        return _xdg("XDG_DATA_HOME", ".local/share")
    from platformdirs import user_data_path

    return user_data_path(PROGRAM, appauthor=False)


def vaults_in(folder: Path) -> list[Path]:
    """The vaults in a folder, by name; none where it cannot be read. A backup is not one to work in."""
    return [path for path in _vault_files(folder) if vault_backed_up(path) is None]


def holds_backups(folder: Path) -> bool:
    """Whether a folder is one of backups, where no vault is opened and none is made: the one beside a vault,
    or one that such backups were copied to.
    """
    vault = vault_of(folder, VAULT_SUFFIX)
    if vault is not None and vault.is_file():
        return True
    found = _vault_files(folder)
    vaults = vaults_in(folder)
    return len(vaults) < len(found) and (vault is not None or not vaults)


def _vault_files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == VAULT_SUFFIX and path.is_file())
    except (OSError, ValueError):
        return []


def _path() -> Path:
    override = os.environ.get(OVERRIDE)
    if override:
        return Path(override) / _FILE
    if _XDG:
        return _xdg("XDG_CONFIG_HOME", ".config") / _FILE
    from platformdirs import user_config_path

    return user_config_path(PROGRAM, appauthor=False) / _FILE


def _xdg(name: str, usual: str) -> Path:
    base = os.environ.get(name, "").strip()
    return (Path(base) if base else Path.home() / usual) / PROGRAM


def _checked(kept: dict[str, Any]) -> Settings:
    usual = Settings()
    language, appearance = kept.get("language"), kept.get("appearance")
    zoom, folder = kept.get("zoom"), kept.get("vault_folder")
    minutes, hide = kept.get("lock_after"), kept.get("hide_from_capture")
    return Settings(
        language=language if language in ("nl", "en") else usual.language,
        appearance=appearance if appearance in ("light", "dark", "contrast") else usual.appearance,
        zoom=zoom if isinstance(zoom, int) and 100 <= zoom <= 200 else usual.zoom,
        vault_folder=_of_vaults(folder) if isinstance(folder, str) else usual.vault_folder,
        lock_after=minutes if type(minutes) is int and minutes in LOCK_AFTER else usual.lock_after,
        hide_from_capture=hide if isinstance(hide, bool) else usual.hide_from_capture,
    )


def _of_vaults(folder: str) -> str:
    """The folder, or for one of backups, which earlier programs kept too, the one where its vault lies.

    The usual one for what no system takes as a path.
    """
    try:
        nameless = "\0" in folder or not os.fsencode(folder)
    except UnicodeError:
        nameless = True
    if nameless:
        return Settings().vault_folder
    if not holds_backups(Path(folder)):
        return folder
    above = Path(folder).parent
    return str(above) if vaults_in(above) else ""
