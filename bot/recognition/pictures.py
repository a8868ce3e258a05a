"""Pictures that stand for words, read as these: 还💰 is 还钱."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable

from bot.recognition.normalise import Normalised
from bot.recognition.spans import Span
from content.schema_signal import Disguise

_VARIANT = "[\ufe0f\u200d]*"
"""What may follow a picture, or join it to the next, without being seen."""
_UNSEEN = re.compile("[\ufe0f\u200d]")
_PICTURE = re.compile("[\u2300-\u27bf\U0001f000-\U0001faff]")
"""A quick look whether there is any."""
_LONGEST = 4


class Pictures:
    """The table of pictures, built once."""

    def __init__(self, table: Iterable[Disguise], words: Collection[str]) -> None:
        """A picture inside one of `words` parts it and means nothing."""
        self._means = {picture: entry.means for entry in table for picture in entry.written}
        longest_first = sorted(self._means, key=len, reverse=True)
        sources = (_VARIANT.join(map(re.escape, picture)) for picture in longest_first)
        self._find = re.compile(f"(?:{'|'.join(sources) or '(?!)'}){_VARIANT}")
        self._words = words

    def read(self, text: Normalised) -> Normalised:
        """The text with the words in the place of the pictures, also of those that folding has dropped."""
        end = text.origin[-1][1] if text.cut else len(text.raw)
        if not _PICTURE.search(text.raw, 0, end):
            return text
        starts = [start for start, _ in text.origin]
        chars: list[str] = []
        origin: list[Span] = []
        done, last = 0, ""
        for match in self._find.finditer(text.raw, 0, end):
            place, after = bisect_left(starts, match.start()), bisect_left(starts, match.end())
            means = self._means[_UNSEEN.sub("", match.group())]
            chars.append(text.text[done:place])
            origin.extend(text.origin[done:place])
            before, behind = text.text[max(place - _LONGEST, 0) : place], text.text[after : after + _LONGEST]
            if (place > done or last != means) and not self._means_nothing(before, behind, means):
                chars.append(means)
                origin.extend([match.span()] * len(means))
            done, last = after, means
        chars.append(text.text[done:])
        origin.extend(text.origin[done:])
        return Normalised(text.raw, "".join(chars), tuple(origin), text.cut)

    def _means_nothing(self, before: str, after: str, means: str) -> bool:
        """Whether a picture only adorns: the word stands beside it, or it parts another."""
        if before.endswith(means) or after.startswith(means):
            return True
        return any(
            before[-left:] + after[:right] in self._words
            for left in range(1, min(len(before), _LONGEST - 1) + 1)
            for right in range(1, min(len(after), _LONGEST - left) + 1)
        )
