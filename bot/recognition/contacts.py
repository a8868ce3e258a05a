"""Phone numbers, links and case numbers of a message, as it writes them.

A phone number isn't a sum, a card or a part of a longer number; short numbers (95188, 400…) count only where the text
speaks of calling. A link needs `http`, `www` or a known last part of its domain.
"""

import re
from collections.abc import Iterator

from bot.recognition.normalise import Normalised
from bot.recognition.numerals import DIGITS
from bot.recognition.spans import Span
from bot.recognition.templates import one_of
from content.schema_field import FieldWords

_EDGE, _END = r"(?<![0-9a-z.*])", r"(?![0-9*]|[.:][0-9])"
_MOBILE = re.compile(rf"{_EDGE}(?:\+?86[ -]?)?(1[3-9][0-9](?:[ -]?[0-9]{{4}}){{2}}){_END}")
_LANDLINE = re.compile(rf"{_EDGE}(\(?0[0-9]{{2,3}}\)?[ -]?[2-9][0-9]{{2,3}}[ -]?[0-9]{{4}}){_END}")
_SERVICE = re.compile(rf"{_EDGE}([48]00(?:[ -]?[0-9]{{3,4}}){{2}}|[48]00[0-9]-[0-9]{{3}}-[0-9]{{3}}){_END}")
_SHORT = re.compile(rf"{_EDGE}(9[56][0-9]{{3,6}}|1[0-2][0-9]{{3}}){_END}")
_NOT_MONEY = re.compile(r" ?(?:元|块|万|¥|天|期|%)")
_AROUND = 16

_TAIL = r"(?:[/?#][a-z0-9\-._~/?#@!$&'()*+,;=%]*)?"
_URL = re.compile(rf"https? ?: ?/ ?/ ?(?:[a-z0-9\-]+ ?\. ?)+[a-z0-9\-]+(?::[0-9]+)?{_TAIL}")
_CASE = re.compile(
    r"[(\[〔【]?(?:19|20)[0-9]{2}[)\]〕】]?年?[\u4e00-\u9fff][\u4e00-\u9fff0-9 ]{0,24}?(?:字第|第|字)? ?[0-9]{1,9}号"
    rf"(?:之[{''.join(DIGITS)}0-9]{{1,2}})?"
)
_ACCOUNT = re.compile(
    r"(?<![0-9])[1-9][0-9]{3}(?: [0-9]{4}){2,3}(?: [0-9]{1,3})?(?![0-9])|(?<![0-9])[0-9]{12,}(?![0-9.])"
)
_DASHED_CASE = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}-[\u4e00-\u9fff]{1,8}-[0-9]{2,8}(?:号)?")
_OLD_CASE = re.compile(r"[\u4e00-\u9fff]{1,8}?字[(\[〔]?(?:[0-9]{4})?[)\]〕]?第?[0-9]{2,9}号")
_SHORT_CASE = re.compile(
    r"(?:[京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵黔云滇藏陕秦甘青宁新](?:[0-9]{2,4})?[民刑执诉调仲裁保立协]{1,4}|"
    r"[\u4e00-\u9fff]{0,3}[民刑执诉调仲裁保立协检][\u4e00-\u9fff]{0,1}字)"
    r"[字第]{0,2}[0-9]{1,6}(?:-[0-9]{1,6})?号?"
)
_NO_CASE = re.compile("函|月")
"""A lawyer's letter is numbered too, and a day of a month may be written 30号."""


class ContactReader:
    """Reads what a message says of where to call and where to click; built once."""

    def __init__(self, words: FieldWords) -> None:
        self._call = re.compile(one_of(words.call_words))
        self._other = re.compile(rf"{one_of(words.no_phone)}[:为是 ]*$")
        last = "|".join(sorted(words.domains, key=len, reverse=True))
        label = r"[a-z0-9](?:[a-z0-9\-]{0,40})"
        self._domain = re.compile(
            rf"(?<![a-z0-9@.\-/])(?:{label} ?\. ?){{1,4}}(?:{last})(?![a-z0-9\-@])(?::[0-9]+)?{_TAIL}"
        )

    def links(self, text: str) -> Iterator[Span]:
        """Where links stand, from left to right."""
        end = 0
        found = sorted(
            (*_URL.finditer(text), *self._domain.finditer(text)), key=lambda match: (match.start(), -match.end())
        )
        for match in found:
            if match.start() >= end and _has_letter(match.group()):
                end = match.end() - _trailing(match.group())
                yield match.start(), end

    def phones(self, text: str, taken: list[Span]) -> Iterator[Span]:
        """Where phone numbers stand, from left to right."""
        spans = [match.span(1) for pattern in (_MOBILE, _LANDLINE, _SERVICE) for match in pattern.finditer(text)]
        spans += [match.span(1) for match in _SHORT.finditer(text) if self._is_called(text, *match.span(1))]
        end = 0
        for start, last in sorted(spans):
            other = bool(self._other.search(text, max(start - 8, 0), start) or _NOT_MONEY.match(text, last))
            other = other or text[start - 1 : start] + text[last : last + 1] == "【】"
            if start >= end and not other and not any(first < last and start < stop for first, stop in taken):
                end = last
                yield start, last

    def accounts(self, text: str) -> Iterator[Span]:
        """Where the numbers of bank cards and other long numbers stand."""
        return (match.span() for match in _ACCOUNT.finditer(text))

    def case_number(self, text: str) -> Span | None:
        """Where the first case number stands."""
        found = [
            match.span()
            for form in (_CASE, _OLD_CASE, _SHORT_CASE, _DASHED_CASE)
            for match in form.finditer(text)
            if not _NO_CASE.search(match.group())
        ]
        return min(found, key=lambda span: (span[0], -span[1]), default=None)

    def _is_called(self, text: str, start: int, end: int) -> bool:
        return bool(self._call.search(text, max(start - _AROUND, 0), min(end + _AROUND, len(text))))


def as_written(text: Normalised, start: int, end: int) -> str:
    """The raw characters of a stretch, without the spaces in them."""
    first, last = text.span(start, end)
    return "".join(text.raw[first:last].split())


def _trailing(link: str) -> int:
    """How many characters at the end belong to the sentence."""
    kept = link.rstrip(".,;!?)'")
    return len(link) - len(kept)


def _has_letter(link: str) -> bool:
    return any("a" <= char <= "z" for char in link.rpartition(".")[0])
