"""Words that are disguised by pinyin, homophones or a scanner's mistakes, put back to what they mean."""

import re
from collections.abc import Iterable

from bot.recognition.normalise import Normalised, normalise
from content.schema_signal import Disguise

_HAN = "[\u4e00-\u9fff]"


class Disguises:
    """The table of disguises, built once; the longest goes first."""

    def __init__(self, table: Iterable[Disguise]) -> None:
        means = {normalise(word).text: entry.means for entry in table for word in entry.written}
        longest_first = sorted(means, key=len, reverse=True)
        self._means = {word.replace(" ", ""): meant for word, meant in means.items()}
        self._regex = re.compile("|".join(map(_whole, longest_first)) or r"(?!)")

    def undo(self, text: Normalised) -> Normalised:
        """The text with every disguise replaced; each new character stands for the whole disguise."""
        chars: list[str] = []
        origin: list[tuple[int, int]] = []
        end = 0
        for match in self._regex.finditer(text.text):
            chars.append(text.text[end : match.start()])
            origin.extend(text.origin[end : match.start()])
            written = match.group()
            means = self._means[written.replace(" ", "")]
            start = match.start() + len(written) - len(written.lstrip())
            span = text.span(start, start + len(written.strip()))
            chars.append(means)
            origin.extend([span] * len(means))
            end = match.end()
        if not chars:
            return text
        chars.append(text.text[end:])
        origin.extend(text.origin[end:])
        return Normalised(text.raw, "".join(chars), tuple(origin), text.cut)


def _whole(word: str) -> str:
    """The expression of a word that doesn't begin or end inside a Latin one (sb, but not usb) or inside a link.

    A space where the table has one, or where Latin letters meet others, may be there or not.
    One that parts the word from the Han characters around it goes with it.
    """
    link = word.isascii()
    before = r"(?<![a-z0-9_.\-/@])" if link else "(?<![a-z])" if word[0].isascii() else ""
    after = r"(?![a-z0-9_\-/@]|\.[a-z0-9])" if link else "(?![a-z])" if word[-1].isascii() else ""
    if word[0].isascii():
        before = f"(?:(?<={_HAN}) )?{before}"
    if word[-1].isascii():
        after = f"{after}(?: (?={_HAN}))?"
    spaced = re.sub(r"(?<=[a-z])(?=[^a-z ])|(?<=[^a-z ])(?=[a-z])", " ", word)
    return before + " ?".join(map(re.escape, spaced.split(" "))) + after
