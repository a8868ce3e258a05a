"""A sum as people type it when they are asked for one: 800, 大概一千五吧, 每个月 15 号能还 2000 元."""

import re
import unicodedata
from decimal import Decimal

from bot.recognition.amounts import find_sums, parse_amount

_COUNTED = re.compile(r" ?(?:个?月|个?星期|年|期|天|日|号|次|个|分|点|周|%|折|笔)")
"""After a bare number: it counts something else than money."""
_ABLE = re.compile(r"(?:能|可以|只能|最多|顶多|打算|想) ?还[¥ ]*$")


def read_amount(text: str) -> Decimal | None:
    """The one sum that `text` names; None where it names none or leaves open which of several is meant."""
    plain = unicodedata.normalize("NFKC", text).strip()
    exact = parse_amount(plain)
    if exact is not None:
        return exact
    sums = [each for each in find_sums(plain) if each.marked or not _COUNTED.match(plain, each.end)]
    offered = [each for each in sums if _ABLE.search(plain[max(each.start - 8, 0) : each.start])]
    meant = offered or [each for each in sums if each.marked] or sums
    return meant[0].value if len(meant) == 1 else None
