"""How a provision and a dated figure are told: the words of `conversations/law.yaml` filled in.

A quotation stands in quotation marks only where it is verbatim. To borrowers, editors' remarks are not told.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from bot.lawbook.asking import Numbered
from bot.lawbook.span import Span
from bot.messages import Block, Style
from bot.recognition.wording import dated, plainly
from content.load import Content
from content.schema import Provision
from content.schema_fact import Fact, FactValue, Hours
from content.schema_lawbook import Figure

LABEL_MOST = 20
_LPR, _MULTIPLE = "lpr_1y", "lpr_1y_multiple"
_TRANSLATED = re.compile(r"^\w{2}[:：]")
"""Stands before a text that is not verbatim, and says so; we say it in our own words."""


class Saying(Protocol):
    def __call__(self, id_: str, **blanks: object) -> str:
        """A sentence of the conversation with its blanks filled."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """A figure as it is told, and the provisions that it rests on."""

    blocks: tuple[Block, ...]
    provisions: tuple[str, ...]


class Teller:
    """The words for what the lawbook holds."""

    def __init__(self, content: Content, say: Saying, numbers: Callable[[Provision], Sequence[Numbered]]) -> None:
        self._content = content
        self._say = say
        self._numbers = numbers

    def title(self, provision: Provision) -> str:
        """A norm's name as it stands between 《》."""
        return provision.law.removeprefix(self._content.citing.state).replace("《", "〈").replace("》", "〉")

    def label(self, provision: Provision, today: date) -> str:
        """For a button: the norm's short name and the article, or what it says where the article is not certain."""
        short = self._content.lawbook.norm(provision.law).short
        numbers = self._numbers(provision)
        if numbers:
            form = "label_sub" if numbers[0].sub else "label"
            label = self._say(form, short=short, article=numbers[0].number, sub=numbers[0].sub)
        else:
            label = self._say("label_plain", short=short, plain=plainly(provision))
        if not provision.in_force_on(today):
            label = self._say("label_old", label=label)
        return label if len(label) <= LABEL_MOST else label[: LABEL_MOST - 1] + "…"

    def provision(self, provision: Provision, today: date) -> tuple[Block, ...]:
        """The whole of it: text, meaning, whom it binds, how hard, when, and where it comes from."""
        say = self._say
        head = say("head", title=self.title(provision), article=provision.shown_article or "")
        form = {"verbatim": "quote", "excerpt": "excerpt", "paraphrase": "paraphrase"}[provision.text_is]
        text = provision.text if provision.text_is == "verbatim" else _TRANSLATED.sub("", provision.text)
        caveat = self._caveat(provision)
        rank = self._content.ranks[provision.kind]
        notes = [
            self._whom(provision),
            say("head_rank", rank=rank.name, force=rank.force),
            *self._times(provision, today),
            self._source(provision),
            "" if provision.shown_article else say("article_unsure"),
            say("full"),
        ]
        return (
            Block(head, Style.TITLE),
            Block(say(form, text=text), Style.QUOTE),
            Block(say("plain", plain=plainly(provision))),
            Block(say("caveat", caveat=caveat) if caveat else "", Style.NOTE),
            Block("\n".join(filter(None, notes)), Style.NOTE),
        )

    def _caveat(self, provision: Provision) -> str:
        if provision.verified != "verbatim":
            return ""
        sentences = re.findall(r"[^。]+。?", provision.caveat)
        editorial = self._content.lawbook.editorial
        kept = [each for each in sentences if not any(word in each for word in editorial)]
        return "".join(kept).replace("你", "您")

    def _whom(self, provision: Provision) -> str:
        names = self._content.lawbook.binds
        whom = self._say("whom_joint").join(names[each] for each in provision.binds)
        return self._say("whom_card" if provision.product else "whom", whom=whom)

    def _times(self, provision: Provision, today: date) -> Iterator[str]:
        say, provisions = self._say, self._content.provisions
        since, now = dated(provision.effective_from), dated(today)
        newer = provisions[provision.superseded_by] if provision.superseded_by else None
        if provision.effective_to and provision.effective_to < today:
            ended = say("ended", since=since, until=dated(provision.effective_to), today=now)
            yield ended + (say("ended_newer", newer=self._named(newer)) if newer else say("ended_unknown"))
        elif provision.effective_from > today:
            yield say("coming", since=since, today=now)
        else:
            new = provision.id in self._content.citing.new_contracts
            yield say("in_force_new" if new else "in_force", since=since, today=now)
        older = provisions[provision.supersedes] if provision.supersedes else None
        if older and older.effective_to:
            yield say("before", until=dated(older.effective_to), older=self._named(older))
        if provision.prior_article:
            yield say("prior", prior=provision.prior_article)

    def _named(self, provision: Provision) -> str:
        return self._say("head", title=self.title(provision), article=provision.shown_article or "")

    def _source(self, provision: Provision) -> str:
        form = "issued_number" if provision.document_number else "issued"
        issued = self._say(form, by=provision.issued_by, number=provision.document_number)
        return self._say("source", issued=issued, checked=self._say(f"checked_{provision.verified}"))

    # --- figures

    def figure(self, figure: Figure, span: Span) -> Told:
        """Its values in `span`, to whom they apply, what they rest on and when that was confirmed."""
        say, facts = self._say, [self._content.facts[id_] for id_ in figure.facts]
        values = [(fact, value) for fact in facts for value in _values(fact, span)]
        forces = dict.fromkeys(fact.force for fact in facts)
        lines = [line for fact in facts for line in self._lines(fact, span, told_force=len(forces) > 1)]
        provisions = tuple(dict.fromkeys(value.provision for _, value in values if value.provision))
        sources = dict.fromkeys(filter(None, (self._rests_on(value) for _, value in values)))
        notes = [
            say("figure_force", force=say(f"force_{next(iter(forces))}")) if len(forces) == 1 else "",
            say("figure_source", source="；".join(sources)) if sources else "",
            self._confirmed(facts, span),
        ]
        blocks = (
            Block(say("figure_head", title=figure.title, day=self.days(span)), Style.TITLE),
            Block("\n".join(lines)),
            Block(say("figure_whom", whom=figure.whom)),
            Block("\n".join(filter(None, notes)), Style.NOTE),
        )
        return Told(blocks, provisions)

    def _lines(self, fact: Fact, span: Span, *, told_force: bool) -> Iterator[str]:
        say, found = self._say, _values(fact, span)
        if not found:
            ended = [value for value in fact.values if value.value is None and value.from_ <= span.first]
            if ended:
                yield say("figure_line_ended", what=fact.description, since=dated(ended[-1].from_))
            else:
                yield say("figure_none", what=fact.description, day=self.days(span))
            return
        form = "figure_line_long" if "：" in fact.description else "figure_line"
        for value in found:
            if fact.unit_of(value) == _MULTIPLE and isinstance(value.value, Decimal):
                yield from self._multiplied(value.value, span)
            line = say(form, what=fact.description, value=self._value(fact, value), since=dated(value.from_))
            if fact.counted_from:
                line += say("figure_counted", from_=fact.counted_from)
            if fact.exception:
                line += say("figure_exception", exception=fact.exception)
            yield line + (say("figure_force_after", force=say(f"force_{fact.force}")) if told_force else "")

    def _multiplied(self, times: Decimal, span: Span) -> Iterator[str]:
        """What a multiple of the LPR comes to, for each LPR in the span."""
        for rate in _values(self._content.facts[_LPR], span):
            if isinstance(rate.value, Decimal):
                percent = _plain(rate.value * times)
                yield self._say(
                    "figure_multiple",
                    times=_plain(times),
                    since=dated(rate.from_),
                    lpr=_plain(rate.value),
                    percent=percent,
                )

    def _value(self, fact: Fact, value: FactValue) -> str:
        if isinstance(value.value, Hours):
            shown = self._say("hours", earliest=value.value.earliest, latest=value.value.latest)
        elif isinstance(value.value, Decimal):
            shown = _plain(value.value)
        else:
            shown = dated(value.value) if isinstance(value.value, date) else ""
        return self._say(f"unit_{fact.unit_of(value)}", value=shown)

    def _rests_on(self, value: FactValue) -> str:
        provision = self._content.provisions.get(value.provision or "")
        if provision is None:
            return (value.source or "").split("；")[0]
        return self._named(provision) + self._say("rank_after", rank=self._content.ranks[provision.kind].name)

    def _confirmed(self, facts: Sequence[Fact], span: Span) -> str:
        lpr = self._content.facts[_LPR]
        if span.last > lpr.last_confirmed and any(fact is lpr or fact.unit == _MULTIPLE for fact in facts):
            return self._say("figure_confirmed_lpr", day=dated(lpr.last_confirmed))
        return self._say("figure_confirmed", day=dated(min(fact.last_confirmed for fact in facts)))

    def days(self, span: Span) -> str:
        """A span in words: a day, a year, or from when to when."""
        first, last = span.first, span.last
        if first == last:
            return dated(first)
        if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
            return self._say("day_year", year=first.year)
        return self._say("day_span", first=dated(first), last=dated(last))


def _values(fact: Fact, span: Span) -> list[FactValue]:
    """What a figure was in a span, in order."""
    first = fact.on(span.first)
    later = [value for value in fact.values if span.first < value.from_ <= span.last and value.value is not None]
    return [*([first] if first else []), *later]


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
