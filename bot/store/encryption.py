"""Keys and sealing: AES-GCM under a key of the user's own, which a master key wraps.

A sealed value is bound to its table, user and row: moved elsewhere it does not open. Several master keys may be
given; the first wraps, all unwrap, so that the others can be retired once everything is wrapped anew.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import SettingsError, Unreadable

KEY_BYTES = 32
_NONCE = 12
_NAME = 4
_FORMAT = b"\x01"


class UserKey:
    """A user's own key."""

    def __init__(self, key: bytes, user: str) -> None:
        self._aead = AESGCM(key)
        self._equality = hmac.digest(key, b"buhuang equality", "sha256")
        self._user = user

    def seal(self, plain: bytes, table: str, row: object = "") -> bytes:
        """Encrypt a value for one place."""
        nonce = secrets.token_bytes(_NONCE)
        return _FORMAT + nonce + self._aead.encrypt(nonce, plain, self._place(table, row))

    def open(self, sealed: bytes, table: str, row: object = "") -> bytes:
        """Decrypt a value of that place. Raises `Unreadable` if it was changed or comes from elsewhere."""
        if sealed[:1] != _FORMAT:
            raise Unreadable(f"{table} row {row} of user {self._user} has an unknown format")
        try:
            return self._aead.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], self._place(table, row))
        except (InvalidTag, ValueError) as error:
            raise Unreadable(f"{table} row {row} of user {self._user} is damaged") from error

    def equal(self, value: str) -> bytes:
        """A keyed hash by which equal values of this user are recognised."""
        return hmac.digest(self._equality, value.encode("utf-8", "surrogatepass"), "sha256")

    def _place(self, table: str, row: object) -> bytes:
        return f"{table}|{self._user}|{row}".encode()


class Keyring:
    """The master keys: the first wraps, all unwrap."""

    def __init__(self, masters: Sequence[bytes]) -> None:
        self._masters = {_name(master): AESGCM(master) for master in reversed(masters)}
        self.first = _name(masters[0]).hex()
        """The name of the wrapping key, as it stands in `wrapped_by`."""

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name.hex() for name in self._masters)

    def wrap(self, key: bytes, owner: str) -> bytes:
        name, nonce = bytes.fromhex(self.first), secrets.token_bytes(_NONCE)
        return _FORMAT + name + nonce + self._masters[name].encrypt(nonce, key, f"wrapped|{owner}".encode())

    def unwrap(self, wrapped: bytes, owner: str) -> bytes:
        """Raises `Unreadable` if no master key fits or the wrapped key is damaged."""
        name, rest = wrapped[1 : 1 + _NAME], wrapped[1 + _NAME :]
        master = self._masters.get(name)
        if wrapped[:1] != _FORMAT or master is None:
            raise Unreadable(f"the key of {owner} is wrapped by a master key that is not given ({name.hex()})")
        try:
            return master.decrypt(rest[:_NONCE], rest[_NONCE:], f"wrapped|{owner}".encode())
        except (InvalidTag, ValueError) as error:
            raise Unreadable(f"the key of {owner} is damaged") from error


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def lookup(key: bytes, channel: str, sender: str) -> bytes:
    """The keyed hash by which a platform's id is found again."""
    return hmac.digest(key, f"{channel}\x00{sender}".encode("utf-8", "surrogatepass"), "sha256")


def master_keys(configured: Sequence[bytes], key_file: Path, *, create: bool) -> tuple[bytes, ...]:
    """The configured keys, else those of the key file, one in Base64 a line; `create` makes the file if missing.

    Raises `SettingsError` with what to do.
    """
    if configured:
        return tuple(configured)
    try:
        return _read_keys(key_file)
    except FileNotFoundError:
        if not create:
            raise SettingsError(
                "ENCRYPTION_KEYS",
                f"the database is encrypted, but its key file {key_file} is missing; put it back or set the variable",
            ) from None
    except OSError as error:
        raise SettingsError("ENCRYPTION_KEYS", f"{key_file} cannot be read ({error.strerror}); make it so") from None
    return _make_key(key_file)


def _read_keys(path: Path) -> tuple[bytes, ...]:
    mode = path.stat().st_mode
    if mode & 0o077:
        raise SettingsError("ENCRYPTION_KEYS", f"{path} can be read by others; run: chmod 600 {path}")
    keys = []
    for line in path.read_text("ascii", errors="replace").split():
        try:
            key = base64.b64decode(line, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise SettingsError("ENCRYPTION_KEYS", f"{path} should hold one Base64 key of 32 bytes a line; restore it")
        keys.append(key)
    if not keys:
        raise SettingsError("ENCRYPTION_KEYS", f"{path} is empty; restore it from your copy")
    return tuple(keys)


def _make_key(path: Path) -> tuple[bytes, ...]:
    key = new_key()
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(base64.b64encode(key) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # whole or not at all, and never over another
    except FileExistsError:  # another process made it a moment ago
        return _read_keys(path)
    except OSError as error:
        raise SettingsError(
            "DATA_DIR", f"{path} cannot be written ({error.strerror}); name a folder that can"
        ) from None
    finally:
        draft.unlink(missing_ok=True)
    return (key,)


def _name(master: bytes) -> bytes:
    return hashlib.sha256(b"buhuang master key\x00" + master).digest()[:_NAME]
