"""The directory of destinations and Veilig Thuis regions, as data an organisation can edit."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from borg_triage.app.resources import ResourceError, resources


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Contact(_Strict):
    """One destination. Its name and note are texts: destination.ID.name and destination.ID.note."""

    id: str
    phone: str | None = None
    phone_hours: str | None = None
    anonymous: bool | None = None
    source: str
    checked_on: date
    status: Literal["confirmed", "unconfirmed"]


class Region(_Strict):
    """A Veilig Thuis region with its municipalities."""

    code: str
    name: str
    municipalities: tuple[str, ...]
    valid_from: date
    note: str | None = None


class Directory(_Strict):
    """All contacts and regions."""

    contacts: tuple[Contact, ...]
    regions: tuple[Region, ...]
    aliases: dict[str, str]
    region_source: str

    def contact(self, destination: str) -> Contact | None:
        """The contact of a destination, if there is one."""
        return next((contact for contact in self.contacts if contact.id == destination), None)

    def region_of(self, municipality: str) -> Region | None:
        """The region of a municipality, by its name or a usual other name, in any case."""
        wanted = municipality.strip().casefold()
        aliases = {alias.casefold(): name.casefold() for alias, name in self.aliases.items()}
        wanted = aliases.get(wanted, wanted)
        return next(
            (
                region
                for region in self.regions
                if wanted in (name.casefold() for name in region.municipalities)
            ),
            None,
        )


@cache
def directory() -> Directory:
    """The directory that ships with the program."""
    folder = resources() / "directory"
    try:
        contacts = tomllib.loads((folder / "destinations.toml").read_text("utf-8"))
        regions = tomllib.loads((folder / "regions.toml").read_text("utf-8"))
    except OSError as error:
        raise ResourceError("app.error.incomplete", name="directory") from error
    merged = {
        "contacts": contacts["destinations"],
        "regions": regions["regions"],
        "aliases": regions["aliases"],
        "region_source": regions["source"],
    }
    return Directory.model_validate_json(json.dumps(merged, default=str))
