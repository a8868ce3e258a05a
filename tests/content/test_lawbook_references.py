"""A lawbook that doesn't fit the provisions, facts and answers is refused, with the entry named."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from content.lawbook_references import check_lawbook
from content.load import load
from content.schema_lawbook import LawNames

CONTENT = load()
BOOK = CONTENT.lawbook


def faults(book: LawNames) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    check_lawbook(replace(CONTENT, lawbook=book), lambda collection, id_, message: found.append((id_, message)))
    return found


def test_the_real_one_fits() -> None:
    assert faults(BOOK) == []


@pytest.mark.parametrize(
    ("change", "id_"),
    [
        (lambda: {"norms": BOOK.norms[1:]}, BOOK.norms[0].law),
        (lambda: {"norms": (*BOOK.norms, BOOK.norms[0].model_copy(update={"law": "没有的法"}))}, "没有的法"),
        (lambda: {"figures": BOOK.figures[1:]}, ""),
        (lambda: {"figures": BOOK.figures[:-1]}, "public_security_article_report"),
        (lambda: {"figures": (*BOOK.figures, BOOK.figures[0].model_copy(update={"facts": ("no_such",)}))}, "lpr_four"),
        (lambda: {"figures": (*BOOK.figures, BOOK.figures[0].model_copy(update={"topic": "no_such"}))}, "lpr_four"),
    ],
    ids=["norm without names", "names without norm", "told elsewhere too", "fact untold", "no fact", "no topic"],
)  # fmt: skip
def test_misfit_is_named(change: Callable[[], dict[str, object]], id_: str) -> None:
    named = [entry for entry, _ in faults(BOOK.model_copy(update=change()))]

    assert (id_ in named) if id_ else (named == [])


def test_every_party_that_is_bound_has_words() -> None:
    with pytest.raises(ValueError, match="has no words for"):
        LawNames.model_validate({"norms": [{"law": "甲法", "short": "甲法"}], "binds": {"anyone": "所有人"}})
