"""Key files that users have on disk, made on 2026-11-22 by the first version: they open for ever."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.ring import KeyRing

from .samples import VAULT, recovered, unlocked

FOLDER = Path(__file__).parent / "known"
KNOWN = sorted(FOLDER.glob("*.json"))
DIGESTS = {
    "1-one-generation.json": "f1849ed65240411c55e09955dc8e3c719df4032c71747588738463ab58249334",
    "1-rotating.json": "d4169a9915a094d540b2c36c64b27147a6c47703338c33de5355f3cc7940b76a",
}


def known(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def opened(ring: KeyRing) -> dict[str, str]:
    return {str(generation): key.material.hex() for generation, key in ring.keys.items()}


def test_nobody_made_them_again() -> None:
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in KNOWN} == DIGESTS


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: path.stem)
def test_it_opens_to_the_same_keys(path: Path) -> None:
    made = known(path)
    file = keyfile.parse(made["file"].encode("ascii"), VAULT)
    for name, passphrase in made["people"].items():
        assert opened(unlocked(file, name, passphrase)) == made["keys"]
    assert opened(recovered(file, made["shares"][-made["needed"] :])) == made["keys"]
    assert file.to_bytes() == made["file"].encode("ascii")


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: path.stem)
def test_it_opens_by_what_is_written_about_the_format_alone(path: Path) -> None:
    """The steps as a second program would take them, with nothing of ours: that is what makes it a format."""
    made = known(path)
    content = json.loads(made["file"])
    checksum = content.pop("sha256")

    def canonical(value: object) -> bytes:
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")

    assert hashlib.sha256(canonical(content)).hexdigest() == checksum
    name = hashlib.sha256(bytes.fromhex(content["salt"]) + b"noor blankers").hexdigest()
    slot = next(slot for slot in content["slots"] if slot.get("name") == name)
    how = slot["derivation"]
    key = hash_secret_raw(
        made["people"]["Noor Blankers"].encode(),
        bytes.fromhex(how["salt"]),
        how["passes"],
        how["memory_kib"],
        how["lanes"],
        32,
        Type.ID,
    )
    binding = {"format": 1, "vault": content["vault"], "slot": slot["id"]}
    wrapped = bytes.fromhex(slot["wrapped"])
    secret = AESGCM(key).decrypt(
        wrapped[:12],
        wrapped[12:],
        canonical({"borg-triage": "slot", "kind": "passphrase", "argon2id": how, **binding}),
    )
    suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    keys = {
        str(sealed["generation"]): suite.decrypt(
            bytes.fromhex(sealed["key"]),
            X25519PrivateKey.from_private_bytes(secret[:32]),
            canonical({"borg-triage": "database key", "generation": sealed["generation"], **binding}),
        )
        for sealed in slot["sealed"]
    }
    assert {generation: found.hex() for generation, found in keys.items()} == made["keys"]
    seal = bytes.fromhex(content.pop("seal"))
    seal_key = HKDF(SHA256(), 32, salt=secret[32:], info=b"borg-triage key file").derive(
        b"".join(keys.values())
    )
    assert AESGCM(seal_key).decrypt(seal[:12], seal[12:], canonical(content)) == b""
