"""Who may stand behind a lender's name: which kinds of lender, how certainly, and what the user is told of it."""

from collections.abc import Iterable
from datetime import date, timedelta

from bot.recognition.names import UNLISTED, Name, Names, key_of
from bot.recognition.normalise import Normalised
from bot.recognition.types import LenderMatch
from content.schema_lender import Lenders

_LONGEST_TERM = timedelta(days=3 * 366)
"""A loan older than a change of lender may still fall overdue so long after it."""


class Backers:
    """What the list knows of each name; built once."""

    def __init__(self, lenders: Lenders, names: Names) -> None:
        self._lenders = lenders
        self._names = names
        self._short = _keys(lenders.short_names)

    def describe(self, name: Name, text: Normalised, *, card: bool, overdue_since: date | None) -> LenderMatch:
        """What is known of the lender behind a name.

        Certain only where a source says that exactly one kind of lender stands behind it, and no other did when the
        loan may have been made.
        """
        written = name.written(text)
        lenders = self._lenders
        if not name.ids:
            kinds: tuple[str, ...] = name.rule.kinds if name.rule else ()
            note = lenders.inferred_note if kinds else lenders.unlisted_note
            bank = bool(kinds) and set(kinds) == {"bank"}
            return LenderMatch(UNLISTED, written, tuple(kinds), False, note, credit_card=card and bank)
        banks = {bank.id for bank in lenders.banks}
        if name.ids[0] in banks:
            return LenderMatch(name.ids[0], written, ("bank",), True, lenders.bank_rules.note, credit_card=card)
        entries = [entry for entry in lenders.lenders if entry.id in name.ids]
        if len(entries) > 1:
            joined = tuple(dict.fromkeys(kind for entry in entries for kind in entry.all_kinds))
            return LenderMatch("+".join(name.ids), written, joined, False, lenders.ambiguous_note)
        (entry,) = entries
        kinds, settled = entry.all_kinds, True
        if entry.legacy:
            settled = overdue_since is not None and overdue_since > entry.legacy.until + _LONGEST_TERM
            if overdue_since is not None and not settled:
                kinds = tuple(dict.fromkeys((*kinds, *entry.legacy.kinds)))
        key = key_of(written)
        product = (
            entry.product_names_certainty == "probable"
            and not self._names.rule_of(key)
            and key not in _keys(entry.tags_seen)
        )
        certain = entry.certainty == "sourced" and len(kinds) == 1 and not entry.other_kinds and settled
        certain = certain and key not in self._short and not product
        return LenderMatch(entry.id, written, kinds, certain, entry.note, credit_card=card and set(kinds) == {"bank"})


def _keys(tags: Iterable[str]) -> set[str]:
    return {key_of(tag) for tag in tags}
