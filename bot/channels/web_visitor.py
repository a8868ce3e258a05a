"""Who is at the page: a random secret, kept in a cookie, and written down as a recovery code.

The secret never leaves the browser but in these two forms. What the store knows the visitor by is derived from it one
way, so that nobody who reads the database can take his place.
"""

import base64
import binascii
import hashlib
import secrets
import unicodedata
from dataclasses import dataclass, field
from typing import Self

SECRET_BYTES = 32
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's Base32: without I, L, O and U, which are misread or misspelt."""
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})
_BITS = 5
_CHECK_BYTES = 3
_GROUP = 4


@dataclass(frozen=True, slots=True)
class Visitor:
    secret: bytes = field(repr=False)

    @classmethod
    def new(cls) -> Self:
        return cls(secrets.token_bytes(SECRET_BYTES))

    @classmethod
    def from_cookie(cls, value: str | None) -> Self | None:
        """The visitor of a cookie; None if it isn't one of ours."""
        try:
            secret = base64.b64decode((value or "").encode("ascii") + b"=", altchars=b"-_", validate=True)
        except (UnicodeEncodeError, binascii.Error):
            return None
        return cls(secret) if len(secret) == SECRET_BYTES else None

    @classmethod
    def from_code(cls, code: str) -> Self | None:
        """The visitor of a recovery code, however it was typed; None if a character is missing or wrong."""
        typed = unicodedata.normalize("NFKC", code).upper().translate(_MISREAD)
        digits = [char for char in typed if char.isalnum()]
        length = SECRET_BYTES + _CHECK_BYTES
        if len(digits) != length * 8 // _BITS or not set(digits) <= set(_ALPHABET):
            return None
        number = 0
        for digit in digits:
            number = number << _BITS | _ALPHABET.index(digit)
        raw = number.to_bytes(length, "big")
        visitor = cls(raw[:SECRET_BYTES])
        return visitor if secrets.compare_digest(raw[SECRET_BYTES:], visitor._check) else None

    @property
    def cookie(self) -> str:
        return base64.urlsafe_b64encode(self.secret).decode().rstrip("=")

    @property
    def code(self) -> str:
        """The secret and a check of it, in groups that can be read aloud and typed again."""
        number = int.from_bytes(self.secret + self._check, "big")
        count = (SECRET_BYTES + _CHECK_BYTES) * 8 // _BITS
        digits = "".join(_ALPHABET[number >> _BITS * place & 31] for place in reversed(range(count)))
        return "-".join(digits[start : start + _GROUP] for start in range(0, count, _GROUP))

    @property
    def address(self) -> str:
        """The visitor's id on this channel: what an operator names to export or erase."""
        return self._derived(b"address")[:16].hex()

    @property
    def tag(self) -> str:
        """Tells a page apart from another visitor's; says nothing else."""
        return self._derived(b"tag")[:4].hex()

    @property
    def _check(self) -> bytes:
        return self._derived(b"check")[:_CHECK_BYTES]

    def _derived(self, purpose: bytes) -> bytes:
        return hashlib.sha256(b"buhuang " + purpose + b"\0" + self.secret).digest()
