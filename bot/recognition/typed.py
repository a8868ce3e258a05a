"""A sum as people type it when they are asked for one: 800, 大概一千五吧, 每个月最多 2000 元."""

import unicodedata
from decimal import Decimal

from bot.recognition.amounts import find_sums, parse_amount


def read_amount(text: str) -> Decimal | None:
    """The one sum that `text` names; None where it names none or leaves open which of several is meant."""
    plain = unicodedata.normalize("NFKC", text).strip()
    exact = parse_amount(plain)
    if exact is not None:
        return exact
    sums = list(find_sums(plain))
    marked = [each for each in sums if each.marked] or sums
    return marked[0].value if len(marked) == 1 else None
