"""The messages of one paste: pieces of a long one joined, the user's own lines left out, several told apart."""

import re
from itertools import pairwise

from bot.recognition.normalise import Normalised
from bot.recognition.spans import Span

MOST = 99
_OWN = re.compile(r"^ *(?:我|本人|自己|me) ?(?:\([^)\n]{0,12}\))?:[^\n]*", re.MULTILINE)
_PIECE = re.compile(
    r"[(\[【](?P<n>[1-9])/(?P<of>[2-9])[)\]】]|^ *(?P<n_bare>[1-9])/(?P<of_bare>[2-9])(?=[^\d/.元])", re.MULTILINE
)
_TAG = r"【[^【】\n]{1,24}】"
_LEAD_MOST = 12
"""So many characters may stand before the tag that begins a message: a time, 转发:."""
_BEGINS = re.compile(
    rf"^[^【】\n]{{0,{_LEAD_MOST}}}{_TAG}(?=\s*(?:{_TAG}\s*)*[^\s【】])"
    r"|^ *(?:短信|消息|信息|第) ?[0-9一二三四五六七八九十]{1,3} ?(?:条|则)?(?:短信|消息|信息)? ?[:.、)]"
    rf"|(?P<inside>(?<=[。.!?;]){_TAG}(?= ?[^\s【】]))",
    re.MULTILINE,
)
"""The tag or the heading of a message."""
_ENDS = re.compile(rf"(?<=[^\n】]{{{_LEAD_MOST}}}){_TAG}[ \n]*(?=\n)")
"""A tag behind the message that it names."""
_PAUSE = re.compile(
    r"(?<=\n)[ \n]*\n"
    r"|^(?=[0-9一二三四五六七八九十]{1,2} ?[.、)])"
    r"|^(?= ?[\[(]?(?:[0-9]{1,4}[-/.年][0-9/.\-月日]{1,6} ?)?[0-2]?[0-9]:[0-5][0-9])",
    re.MULTILINE,
)
"""An empty line, a number or a time: a message may begin here, or the same one go on."""


def joined(text: Normalised) -> Normalised:
    """One long message that came in pieces, (1/2) and (2/2), put together in order; any other text as it is."""
    marks = list(_PIECE.finditer(text.text))
    numbers = [int(mark["n"] or mark["n_bare"]) for mark in marks]
    of = {mark["of"] or mark["of_bare"] for mark in marks}
    if len(of) != 1 or len(set(numbers)) != len(marks) or max(numbers) > int(of.pop()):
        return text
    if len(marks) == 1 and marks[0]["n_bare"]:
        return text  # half of something
    lines = text.text
    trailing = all(lines[mark.end() :].lstrip(" ")[:1] in ("", "\n") for mark in marks)
    if trailing:
        bounds = [0, *(mark.end() for mark in marks[:-1]), len(lines)]
    else:
        starts = [_start_of_piece(lines, mark.start()) for mark in marks]
        bounds = [*starts, len(lines)]
    kept = list(range(bounds[0]))
    first_tag = None
    for _, mark, (begin, end) in sorted(zip(numbers, marks, pairwise(bounds), strict=True), key=lambda piece: piece[0]):
        before, after = lines[begin : mark.start()], lines[mark.end() : end]
        if trailing or before.strip() != first_tag:
            kept += _solid(lines, begin, mark.start())
        if not trailing:
            first_tag = first_tag if first_tag is not None else before.strip()
            kept += _solid(lines, mark.end(), mark.end() + len(after))
    return text.keeping(kept)


def _start_of_piece(text: str, mark: int) -> int:
    """The mark itself, or the tag before it: 【甲贷】(2/2)."""
    line = text.rfind("\n", 0, mark) + 1
    return line if re.fullmatch(rf"\s*{_TAG}\s*", text[line:mark]) else mark


def _solid(text: str, start: int, end: int) -> range:
    """The places from `start` to `end` without the blanks around: a word may go on in the next piece."""
    stretch = text[start:end]
    return range(start + len(stretch) - len(stretch.lstrip()), start + len(stretch.rstrip()))


def without_own_lines(text: Normalised) -> Normalised:
    """A chat log without the lines that the user wrote himself; every character keeps its place."""
    masked = _OWN.sub(lambda match: "\n" * len(match.group()), text.text)
    if masked == text.text or not masked.strip():
        return text
    return Normalised(text.raw, masked, text.origin, text.cut)


def split(text: str) -> list[Span]:
    """Where each message of a paste begins and ends, as far as tags and headings tell."""
    places = [(match.end(), False) for match in _ENDS.finditer(text)]
    places += [(match.start(), match["inside"] is not None) for match in _BEGINS.finditer(text)]
    bounds = [0]
    for place, inside in sorted(places):
        # Within a line a tag begins the next message only where the one before it has its own.
        if not inside or "【" in text[bounds[-1] : place]:
            bounds.append(place)
    return _between(text, bounds)


def pauses(text: str) -> list[Span]:
    """The stretches of a text between its pauses."""
    return _between(text, [match.end() for match in _PAUSE.finditer(text)])


def _between(text: str, places: list[int]) -> list[Span]:
    bounds = sorted({0, *places, len(text)})
    return [span for span in pairwise(bounds) if text[slice(*span)].strip()][:MOST] or [(0, len(text))]
