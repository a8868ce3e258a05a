"""Names that neither the list nor a mandate tells: by what they end in, or the town they begin with, and their place.

Such a name opens a clause and is followed by what a sender does: 鑫鑫车贷的师傅…, 秒贷宝在此通知…, 上海麦芽给您….
"""

import re
from collections.abc import Iterator

from bot.recognition.spans import Span
from bot.recognition.templates import one_of
from content.schema_lender import Lenders

_START = r"(?:^|(?<=[,。;!?:\n(\[【“\"「… ]))"
_SIGN = r"[\u4e00-\u9fffa-z0-9]"
_HAN = r"[\u4e00-\u9fff]"


class Shapes:
    """Finds what looks like a name; built once from the list."""

    def __init__(self, lenders: Lenders) -> None:
        acts = one_of(lenders.acting_words)
        self_named = f"(?:{one_of(lenders.self_words)})?"
        self._brand = re.compile(
            rf"{_START}{self_named}({_SIGN}{{1,6}}?{one_of(lenders.brand_endings)})(?:{one_of(lenders.own_departments)})?(?={acts})"
        )
        self._firm = re.compile(rf"{_START}{self_named}({_HAN}{{2,8}}?{one_of(lenders.firm_words)})(?={acts}|,|。)")
        self._town = re.compile(
            rf"{_START}{self_named}({one_of(lenders.places)}(?!市|省|区|县){_HAN}{{2,3}}?)(?={acts})"
        )
        self._mandate = re.compile(one_of(lenders.handover_words))

    def brands(self, text: str) -> Iterator[Span]:
        """What may be a lender."""
        return (match.span(1) for match in self._brand.finditer(text))

    def firms(self, text: str) -> Iterator[Span]:
        """What may be a collector; one that only begins with a town counts where somebody has a mandate."""
        yield from (match.span(1) for match in self._firm.finditer(text))
        if self._mandate.search(text):
            yield from (match.span(1) for match in self._town.finditer(text))
