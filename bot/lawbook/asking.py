"""What a text asks the lawbook: articles by their numbers, norms by their names, figures, or words to search for.

A text counts as a call for the lawbook only if nothing else is said in it: whoever tells a story around an article
is asking something else, and a collector who names one is not asking at all.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

from bot.lawbook.span import Span, read_span
from bot.recognition.amounts import parse_count
from bot.recognition.normalise import normalise
from bot.recognition.numerals import DIGITS
from bot.recognition.templates import one_of
from content.load import Content
from content.schema_lawbook import Figure

LONGEST = 60
"""Longer texts are never a call for the lawbook."""
_REST_MOST = 1
_NUMBER = rf"(?:[0-9]{{1,4}}|[{''.join(DIGITS)}十百千]{{1,9}})"
_PART = rf"(?:的?第?{_NUMBER}[款项])*"
_SUB = rf"(?:(?:之|-)(?P<sub>{_NUMBER}))?条?{_PART}"
_ARTICLE = rf"(?:第(?P<ordinal>{_NUMBER})条?|(?P<cardinal>{_NUMBER})条){_SUB}"
_LONG = rf"(?:[0-9]{{2,4}}|[{''.join(DIGITS)}十百千]{{2,9}})"
_BARE_ARTICLE = re.compile(
    rf"(?:第(?P<ordinal>{_NUMBER})|(?<![0-9])(?P<cardinal>{_LONG}))(?:条|(?=(?:之|-){_NUMBER}条)){_SUB}"
)
"""Without a name; 一条 alone is no article."""
_BARE = (
    rf"(?P<bare>{_NUMBER})(?:(?:之|-)(?P<baresub>[0-9一二三四五六七八九]))?(?![0-9年月日%.元万倍天下些个样点般共种起])"
)
_BETWEEN = r"[》)]?(?:里面|里头|当中|中|里|上)?的?(?:规定的|新的|新法|新版|新)?的?[,、:]?"
_KINDS = r"(?:法|法典|条例|办法|规定|解释|规则|细则|准则|通知|公约|指引)"
_UNKNOWN = re.compile(
    rf"(?:《(?P<quoted>[^《》\n]{{2,40}})》|(?P<unknown>[^\W我你他她它被说违涉犯嫌了吗a-z0-9]{{1,20}}?{_KINDS}))"
    rf"{_BETWEEN}{_ARTICLE}"
)
_NAME_LEAST, _NAME_MOST = 3, 12
"""Characters of a norm's name that stands without its marks."""
_ALIKE = 0.7
_AND = re.compile(r"[和与跟及、,/]|以及")
_END, _STOP = re.compile(r"[?!。.,~]+$"), re.compile(r"[,。;!?\n]")
_SOUGHT_MOST = 24
"""Longer questions that mention the law are questions."""
_MARKS = re.compile(r"[^\w]|_")


@dataclass(frozen=True, slots=True)
class Numbered:
    """The number of an article; `sub` is 1 in 之一."""

    number: int
    sub: int = 0


@dataclass(frozen=True, slots=True)
class Reference:
    """An article that is asked for. `laws` are the norms that may be meant; none where no name was said.

    `unknown` is the name of a norm that the reference does not hold.
    """

    article: Numbered | None
    laws: tuple[str, ...] = ()
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A text taken apart. `rest` is what is left beside what was understood; `words` are what to search for."""

    references: tuple[Reference, ...] = ()
    figure: Figure | None = None
    span: Span | None = None
    old: bool = False
    """The former version is meant."""
    words: str = ""
    rest: str = ""
    whole: bool = False
    """A norm is named by itself, or asked for as a whole."""

    @property
    def calls(self) -> bool:
        """Whether nothing but the lawbook is meant."""
        if self.words:
            return True
        if self.figure:
            return True
        named = any(reference.article or self.whole for reference in self.references)
        return named and len(self.rest) <= _REST_MOST


class Listening:
    """Built once from the content; hearing is pure."""

    def __init__(self, content: Content) -> None:
        words, self._state = content.lawbook.asking, content.citing.state
        self._laws: dict[str, tuple[str, ...]] = {}
        for norm in content.lawbook.norms:
            for name in {norm.law, norm.short, *norm.names}:
                key = _key(name).removeprefix(self._state)
                self._laws[key] = tuple(dict.fromkeys((*self._laws.get(key, ()), norm.law)))
        names = "|".join(map(re.escape, _longest(self._laws))) or "(?!)"
        name = rf"《?(?:{self._state})?(?P<name>{names})(?:[(][^()]*[)])?"
        self._named = re.compile(rf"{name}{_BETWEEN}(?:{_ARTICLE}|{_BARE})")
        self._alone = re.compile(rf"{name}》?")
        self._asked = sorted(
            ((_key(asked), figure) for figure in content.lawbook.figures for asked in figure.asked),
            key=lambda each: -len(each[0]),
        )
        self._around = re.compile(one_of(words.around))
        self._lead = re.compile(one_of(words.lead))
        self._whole = re.compile(one_of(words.whole))
        self._old = re.compile(one_of(words.old))
        self._how_much = re.compile(one_of(words.how_much))
        self._before = re.compile(rf"{one_of(words.before)}[:,]?")
        self._after = re.compile(rf"(.+?){one_of(words.after)}")
        self._within = re.compile(one_of(words.within))

    def hear(self, text: str, today: date, *, commanded: bool = False) -> Asked:
        """Take a text apart. After a command a bare number is an article, and whatever is no reference is sought."""
        if len(text) > LONGEST * (1 + commanded):
            return Asked()
        whole = _key(text)
        if prefix := self._before.match(whole):
            whole, commanded = whole[prefix.end() :], True
        span, rest = read_span(whole, today)
        if figure := self._figure(rest, span, sought=commanded):
            return figure
        asked = self._references(self._old.sub("", rest) if (old := bool(self._old.search(rest))) else rest)
        asked = replace(asked, span=span, old=old)
        if asked.references and asked.calls:
            return asked
        if commanded:
            bare = re.fullmatch(_BARE, rest)
            if bare and (numbered := _numbered(bare["bare"], bare["baresub"])):
                return Asked((Reference(numbered),), span=span)
            return replace(asked, references=(), words=self._around.sub(" ", whole).strip())
        return replace(asked, references=(), words=self._sought(whole))

    def _references(self, text: str) -> Asked:
        """The articles that are named; a number without a name belongs to the norm named before it."""
        found: list[tuple[int, Reference]] = []

        def take(match: re.Match[str], laws: tuple[str, ...] = (), unknown: str | None = None) -> str:
            groups = match.groupdict()
            number = match["ordinal"] or match["cardinal"] or groups.get("bare")
            article = _numbered(number, match["sub"] or groups.get("baresub"))
            found.append((match.start(), Reference(article, laws, unknown)))
            return "\n" * (match.end() - match.start())

        left = self._named.sub(lambda match: take(match, self._laws[match["name"]]), text)
        left = _UNKNOWN.sub(lambda match: self._take_unknown(match, take), left)
        left = _BARE_ARTICLE.sub(take, left)
        if not found and (alone := self._alone.search(left)):
            found.append((0, Reference(None, self._laws[alone["name"]])))
            left = left[: alone.start()] + left[alone.end() :]
        references: list[Reference] = []
        for _, each in sorted(found, key=lambda each: each[0]):
            before = references[-1] if references else None
            if before and not each.laws and not each.unknown:
                each = replace(each, laws=before.laws, unknown=before.unknown)
            references.append(each)
        left = left.strip("\n")
        whole = not left or bool(self._whole.search(left))
        rest = self._around.sub("", _AND.sub("", left.replace("\n", "")))
        return Asked(tuple(dict.fromkeys(references)), rest=_MARKS.sub("", rest), whole=whole)

    def _take_unknown(
        self, match: re.Match[str], take: Callable[[re.Match[str], tuple[str, ...], str | None], str]
    ) -> str:
        """A norm that the reference doesn't hold, if the words before the number can be the name of one."""
        said = match["quoted"] or match["unknown"]
        name = said
        while not match["quoted"] and (lead := self._lead.match(name)) and len(name) - lead.end() >= _NAME_LEAST:
            name = name[lead.end() :]
        name = name.removeprefix(self._state)
        if not match["quoted"] and not _NAME_LEAST <= len(name) <= _NAME_MOST:
            return match.group()
        return take(match, (), name)

    def _figure(self, text: str, span: Span | None, *, sought: bool) -> Asked | None:
        """A figure, where nothing is said but its name and words that ask how much."""
        bare = _MARKS.sub("", text)
        for asked, figure in self._asked:
            wanted = sought or (not figure.only_sought and (figure.by_name or self._how_much.search(bare)))
            if wanted and asked in bare:
                rest = self._around.sub("", self._how_much.sub("", bare.replace(asked, "", 1)))
                if not rest:
                    return Asked(figure=figure, span=span)
        return None

    def figures_in(self, text: str) -> tuple[Figure, ...]:
        """The figures whose names stand in a text, the longest name first."""
        bare = _MARKS.sub("", _key(text))
        return tuple({figure.id: figure for asked, figure in self._asked if asked in bare}.values())

    def resembling(self, name: str) -> tuple[tuple[str, ...], ...]:
        """The norms whose names are written much like this one."""
        return tuple(self._laws[each] for each in get_close_matches(_key(name), self._laws, 2, _ALIKE))

    def _sought(self, text: str) -> str:
        bare = _END.sub("", text)
        if len(bare) > _SOUGHT_MOST or _STOP.search(bare):
            return ""
        if found := self._after.fullmatch(bare):
            return self._around.sub(" ", found[1]).strip()
        if self._within.search(bare):
            return self._around.sub(" ", self._within.sub(" ", bare)).strip()
        return ""


def _numbered(number: str | None, sub: str | None) -> Numbered | None:
    value = parse_count(number) if number else None
    return Numbered(value, (parse_count(sub) or 0) if sub else 0) if value else None


def numbers_of(article: str) -> tuple[Numbered, ...]:
    """The numbers of an article as a provision writes it: 第三条第一款, 一、三、四."""
    if found := re.match(_ARTICLE, article):
        numbered = _numbered(found["ordinal"] or found["cardinal"], found["sub"])
        return (numbered,) if numbered else ()
    listed = (_numbered(each, None) for each in re.split("[、]", article) if re.fullmatch(_NUMBER, each))
    return tuple(each for each in listed if each)


def _key(text: str) -> str:
    """As names and questions are compared: one script and width, no spaces."""
    return re.sub(r"\s+", "", normalise(text).text).replace("〔", "").replace("〕", "")


def _longest(words: Iterable[str]) -> list[str]:
    return sorted(words, key=lambda word: (-len(word), word))
