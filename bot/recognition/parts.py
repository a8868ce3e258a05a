"""The messages of one paste: which lines are the user's own in a chat log, and how many messages there are."""

import re

from bot.recognition.normalise import Normalised

_OWN = re.compile(r"^ *(?:我|本人|自己|me) ?(?:\([^)\n]{0,12}\))?:[^\n]*", re.MULTILINE)
_NUMBERED = re.compile(
    r"^ *(?:(?:短信|消息|信息|第)? ?[0-9一二三四五六七八九十]{1,3} ?(?:条|则)?[:.、)])", re.MULTILINE
)
_STAMPED = re.compile(r"^ *[\[【(]?(?:[0-9]{1,4}[-/.年][0-9/.\-月日]{1,6} ?)?[0-2]?[0-9]:[0-5][0-9]", re.MULTILINE)
_TAGGED = re.compile(r"(?:^|(?<=[。.!\n]))[^【】\n]{0,12}【[^【】\n]{1,24}】", re.MULTILINE)
_PIECE = re.compile(r"^[(\[]?[0-9]/[0-9][)\]]?", re.MULTILINE)
_BREAK = re.compile(r"\n[ \n]*\n")
MOST = 99


def without_own_lines(text: Normalised) -> Normalised:
    """A chat log without the lines that the user wrote himself; every character keeps its place."""
    masked = _OWN.sub(lambda match: "\n" * len(match.group()), text.text)
    if masked == text.text or not masked.strip():
        return text
    return Normalised(text.raw, masked, text.origin, text.cut)


def split(text: str) -> list[tuple[int, int]]:
    """Where each message of a paste begins and ends. Pieces of one long message, (1/2) and (2/2), stay together."""
    if _PIECE.search(text):
        return [(0, len(text))]
    for form in (_NUMBERED, _STAMPED, _TAGGED):
        starts = [match.start() for match in form.finditer(text)]
        if len(starts) > 1:
            break
    else:
        starts = [0, *(match.end() for match in _BREAK.finditer(text))]
    if text[: starts[0]].strip():
        starts = [0, *starts]
    spans = [span for span in zip(starts, [*starts[1:], len(text)], strict=True) if text[slice(*span)].strip()]
    return spans[:MOST] or [(0, len(text))]
