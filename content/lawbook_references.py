"""Whether `lawbook.yaml` fits the provisions, facts and answers: every norm is named, every figure can be asked for."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from content.load import Content

Fault = Callable[[str, str, str], None]
"""Called with collection, id and message."""


def check_lawbook(content: "Content", fault: Fault) -> None:
    """Check both directions, in content that is otherwise sound: what is named exists, and what exists is named."""
    book = content.lawbook
    if not book.norms:
        return
    laws = {provision.law for provision in content.provisions.values()}
    for law in sorted({norm.law for norm in book.norms} - laws):
        fault("lawbook", law, f"no provision is of '{law}'; take its name from there or remove the entry")
    for law in sorted(laws - {norm.law for norm in book.norms}):
        fault("lawbook", law, f"'{law}' has no entry under 'norms'; add how people call it")
    for figure in book.figures:
        for fact in figure.facts:
            if fact not in content.facts:
                fault("lawbook", figure.id, f"names the fact '{fact}', which does not exist; correct the id")
        if figure.topic not in content.answers:
            fault("lawbook", figure.id, f"names the topic '{figure.topic}', which does not exist; correct the id")
    for fact in sorted(set(content.facts) - {fact for figure in book.figures for fact in figure.facts}):
        fault("lawbook", fact, f"no figure tells the fact '{fact}'; add it to one under 'figures'")
