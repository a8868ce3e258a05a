"""Who is at the page: one secret, as a cookie and as a code that people copy by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web_visitor import SECRET_BYTES, Visitor

SECRETS = st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES)


@given(SECRETS)
def test_cookie_and_code_lead_back_to_the_visitor(secret: bytes) -> None:
    visitor = Visitor(secret)

    assert Visitor.from_cookie(visitor.cookie) == Visitor.from_code(visitor.code) == visitor


@given(SECRETS)
def test_code_may_be_typed_as_it_was_read(secret: bytes) -> None:
    visitor = Visitor(secret)
    typed = visitor.code.lower().replace("-", " ").replace("1", "l").replace("0", "o")

    assert Visitor.from_code(f"　{typed}\n") == visitor


@given(SECRETS, st.integers(0, 55), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_misread_character_is_noticed(secret: bytes, place: int, other: str) -> None:
    digits = list(Visitor(secret).code.replace("-", ""))
    misread = digits[place] != other
    digits[place] = other

    assert (Visitor.from_code("".join(digits)) is None) == misread


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    assert Visitor.from_code(text) is None
    assert Visitor.from_cookie(text) is None


@pytest.mark.parametrize("code", ["", "A" * 55, "A" * 57, "Ü" * 56, "-" * 56])
def test_text_of_another_form_is_no_code(code: str) -> None:
    assert Visitor.from_code(code) is None


def test_secret_shows_nowhere() -> None:
    visitor = Visitor.new()

    shown = (repr(visitor), visitor.address, visitor.tag)

    assert not any(visitor.secret.hex() in each or visitor.cookie in each for each in shown)
    assert len({visitor.address, Visitor.new().address}) == 2
