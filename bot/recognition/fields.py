"""The fields of one message: who asks, for how much, since and until when, and by which numbers and links."""

import dataclasses
import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.recognition.contacts import ContactReader, as_written
from bot.recognition.deadlines import DeadlineReader, Time
from bot.recognition.lenders import PartyFinder
from bot.recognition.names import Name
from bot.recognition.normalise import Normalised, normalise
from bot.recognition.overdue import OverdueReader
from bot.recognition.spans import Span, mask
from bot.recognition.squeezed import squeeze
from bot.recognition.sums import SumReader
from bot.recognition.templates import one_of
from bot.recognition.types import Fields, LenderMatch
from content.load import Content


@dataclass(frozen=True, slots=True)
class Read:
    """The fields, what is known of the lender, and what could not be decided (ids of the `unsure` sentences).

    `named` says that the text names a lender or a collector; `places` are those of the raw text where a field was read.
    """

    fields: Fields
    lender: LenderMatch | None = None
    unsure: tuple[str, ...] = ()
    named: bool = False
    places: tuple[tuple[str, Span], ...] = ()

    def completed(self, rest: "Read") -> "Read":
        """This, and where it leaves a field open what `rest` has for it."""
        left = {each.name for each in dataclasses.fields(Fields) if getattr(self.fields, each.name) in (None, ())}
        if "amount" in self.unsure:
            left.discard("amount_cny")  # it has sums of its own, and which of them is asked is not said
        given = {name: getattr(rest.fields, name) for name in left}
        source = rest if "lender" in left else self
        unsure = (
            *(each for each in source.unsure if each == "lender"),
            *(each for each in self.unsure if each != "lender"),
        )
        return Read(
            dataclasses.replace(self.fields, **given),
            source.lender,
            unsure,
            self.named or rest.named,
            (*self.places, *(place for place in rest.places if place[0] in left)),
        )


class FieldReader:
    """Built once from the content; reading is pure."""

    def __init__(self, content: Content) -> None:
        words, lenders = content.field_words, content.lenders
        if words is None or lenders is None:
            raise ValueError("content without fields.yaml or lenders.yaml can't be read by")
        self._parties = PartyFinder(lenders)
        self._sums = SumReader(words)
        self._contacts = ContactReader(words)
        self._deadlines = DeadlineReader(words)
        self._overdue = OverdueReader(words)
        self._card = re.compile(one_of(words.card_words))

    def read(self, normalised: Normalised, day: date | None = None) -> Read:
        """Read all fields of a text whose disguises are undone.

        `day` is when the message came; without it a date needs its year in the text.
        """
        text = squeeze(normalised)
        words = text.text
        parties = self._parties.find(text)
        links = list(self._contacts.links(words))
        case = self._contacts.case_number(words)
        taken = [*links, *([case] if case else [])]
        accounts = list(self._contacts.accounts(words))
        phones = list(self._contacts.phones(words, [*taken, *accounts]))
        numbers = [*taken, *phones, *accounts, *parties.numbered]
        asked = self._sums.read(words, numbers)
        overdue = self._overdue.read(words)
        limit = self._deadlines.read(mask(words, [*taken, *phones, *overdue.spans]), day)
        fields = Fields(
            lender=parties.lender.written(text) if parties.lender else None,
            collector=parties.collector.written(text) if parties.collector else None,
            amount_cny=asked.amount,
            principal_cny=asked.principal,
            overdue_days=overdue.days,
            deadline=limit.value if limit else None,
            phones=tuple(dict.fromkeys(words[start:end].replace(" ", "") for start, end in phones)),
            links=tuple(dict.fromkeys(as_written(text, start, end) for start, end in links)),
            case_number=as_written(text, *case).strip("【") if case else None,
        )
        lender = None
        if parties.lender:
            since = day - timedelta(days=overdue.days or 0) if day else None
            card = bool(self._card.search(words))
            lender = self._parties.describe(parties.lender, text, card=card, overdue_since=since)
        unsure = (*(["lender"] if lender and not lender.kinds else []), *(["amount"] if asked.open else []))
        places: dict[str, list[Span | None]] = {
            "lender": [_place(parties.lender)],
            "collector": [_place(parties.collector)],
            "amount_cny": [asked.amount_place],
            "principal_cny": [asked.principal_place],
            "overdue_days": [overdue.place],
            "deadline": [_place(limit)],
            "phones": [*phones],
            "links": [*links],
            "case_number": [case],
        }
        read_from = tuple((field, text.span(*place)) for field, found in places.items() for place in found if place)
        return Read(fields, lender, unsure, bool(parties.lender or parties.collector), read_from)

    def describe(self, name: str, message: Normalised, day: date) -> LenderMatch:
        """What is known of the lender that a name means, for a message of that day."""
        text = squeeze(normalise(f"【{name}】"))
        found = self._parties.find(text).lender or Name(1, len(text.text) - 1)
        card = bool(self._card.search(message.text))
        return self._parties.describe(found, text, card=card, overdue_since=day)


def _place(found: Name | Time | None) -> Span | None:
    return (found.start, found.end) if found else None
