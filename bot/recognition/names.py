"""Names of lenders and collectors: which of the list a stretch of text means, and what is no name at all."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import ahocorasick_rs

from bot.recognition.normalise import Normalised, normalise
from bot.recognition.templates import one_of
from content.schema_lender import Lenders, NameRule

UNLISTED = "unlisted"
"""The id of a lender that is not in the list."""
_NICKNAMES = frozenset("老小阿")
_TALK = frozenset("您你") | frozenset("我请")
_LONGEST_OPENING = 6
_MOST_BESIDE = 3
"""So many other characters may stand with a known name in an opening or a signature."""
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}")
_PAUSE = frozenset(",。;!?\n")
_LATIN = re.compile(r"[a-z0-9]")
_LATIN_LETTER = re.compile(r"[a-z]")
_PERSON = re.compile(r"(?<=[\u4e00-\u9fff]{2})[小老阿](?![贷额店铺米赢象花雨微鱼])[\u4e00-\u9fff]$")
"""Who writes for a lender signs so: 还呗小周."""
_SHORT_BRAND = re.compile(
    r"(?![我您你他她本每请把])[\u4e00-\u9fff]{1,2}[贷花呗]|(?![我您你他她本每请把])(?:(?![您你的不没未那这哪])[\u4e00-\u9fff]){1,3}(?:贷|花|呗|借|钱包|分期)"
)
"""Words of talk may be a part of a short brand: 任我花, 知了花."""
_OWED = re.compile("(?<!小额)贷款|借款|账单|欠款|信用卡|还款|尾号|银行[卡账流]")
_SOMEBODY = re.compile(r"[\u4e00-\u9fff]某{1,2}$|(?:^|员)[小老阿][\u4e00-\u9fff]$|[甲乙丙]")


@dataclass(frozen=True, slots=True)
class Name:
    """A name and its place. `ids` are entries of the list (several when ambiguous); `rule` guesses from the name."""

    start: int
    end: int
    role: Literal["lender", "collector"] = "lender"
    ids: tuple[str, ...] = ()
    rule: NameRule | None = None
    umbrella: bool = False

    def written(self, text: Normalised) -> str:
        """The name as the message writes it, without what disguises it."""
        start, end = text.span(self.start, self.end)
        plain = "".join(char for char in text.raw[start:end] if char.isalnum() or char in "()（）")
        return plain if len(plain) == self.end - self.start else text.text[self.start : self.end]


class Names:
    """The list, ready for finding; built once."""

    def __init__(self, lenders: Lenders) -> None:
        self._lenders = lenders
        self._entries = _entries(lenders)
        self._blocked = {key_of(word) for word in lenders.not_lenders}
        self._short = {key_of(name) for name in lenders.short_names}
        self._weak = self._short | {key_of(word) for word in lenders.everyday_words}
        self._umbrellas = {key_of(word) for word in lenders.umbrellas}
        self._words = [*self._entries, *(self._blocked - set(self._entries))]
        self._automaton = ahocorasick_rs.AhoCorasick(self._words, matchkind=ahocorasick_rs.MATCHKIND_LEFTMOST_LONGEST)
        self._loan = re.compile(one_of(lenders.loan_words))
        self._introduced = re.compile(rf"{one_of(lenders.before_words)}[“\"「《]?$")
        self._said = re.compile(one_of(lenders.sender_words))
        self._collecting = re.compile(one_of(lenders.collector_words))
        self._notice = re.compile(rf"{one_of(lenders.notice_words)}$")
        self._naming = re.compile(one_of(lenders.collector_names))
        self._lead = re.compile(rf"^{one_of(lenders.collector_lead)}")
        self._departments = re.compile(one_of(lenders.own_departments))
        self._no_party = re.compile(one_of(lenders.not_parties))
        self._authority = re.compile(one_of(lenders.authority_words))
        self._brand = re.compile(one_of(lenders.brand_words))
        self._whole = {key_of(name) for name in lenders.whole_names}
        self._title = re.compile(rf"[\u4e00-\u9fff]{{1,2}}{one_of(lenders.titles)}")
        self._elsewhere = re.compile(one_of(lenders.elsewhere_words))
        self._bars = re.compile(f"[{re.escape(lenders.name_bars)}]")
        self._stops = re.compile(
            rf"[我本贵](?:公司|司|方|行|所|社)|通过|代理|代表|[0-9][年月日号时]|[{re.escape(lenders.name_stops)}]"
        )
        self._handover = re.compile(one_of(lenders.handover_words))
        self._firm_end = re.compile(one_of(lenders.firm_endings))
        self._role = re.compile(f"{one_of(lenders.role_endings)}$")
        self._group = re.compile(one_of(lenders.group_words))
        self._no_opening = re.compile(one_of(lenders.no_openings))
        self._claim = re.compile(one_of(lenders.claim_words))
        kinds = one_of(lenders.company_kinds)
        self._company = re.compile(rf"[\u4e00-\u9fff]{{0,4}}?{kinds}(?:股份)?有限(?:责任)?公司")
        self._place = re.compile(rf"{one_of(lenders.places)}市?$")
        self._lending = re.compile(one_of(lenders.lending_words))
        self._matter = re.compile(one_of(lenders.lender_bars))
        self._town = re.compile(rf"{one_of(lenders.places)}(?![市省区县])[\u4e00-\u9fff]{{2,4}}$")
        self._bystander = re.compile(one_of(lenders.collector_bars))
        self._nameless = re.compile(
            rf"(?<!某)某(?=[^某]*{one_of(lenders.masked_kinds)})|^[甲乙丙](?={one_of(lenders.masked_kinds)})"
        )
        self._generic = {key_of(word) for word in lenders.generic_names}
        self._generic_lead = re.compile(rf"^{one_of(lenders.generic_names)}")
        words = [word for rule in lenders.name_rules for word in rule.words]
        self._ruled = re.compile(
            rf"[\u4e00-\u9fffa-z0-9]{{2,10}}?{one_of(words)}(?:股份)?(?:有限)?(?:责任)?(?:公司)?(?![卡流账])"
        )
        self._rules = [(re.compile(one_of(rule.words)), rule) for rule in lenders.name_rules]

    def listed(self, text: str) -> Iterator[Name]:
        """Names of the list in running text; everyday words only where they stand as a lender's."""
        for start, end, word in self._matches(text, 0, len(text)):
            if word in self._weak and not self._stands_as_lender(text, start, end, word):
                continue
            if _cut_latin(text, start, end) or self._elsewhere.search(_clause_around(text, start, end)):
                continue
            yield self._known(text, start, end, word)

    def ruled(self, text: str) -> Iterator[Name]:
        """Names in running text that the list lacks but whose own words say what they are: 某某小贷, 某某银行."""
        for match in self._ruled.finditer(text):
            name = self.principal(text, *match.span())
            if name:
                yield name

    def sender(self, text: str, start: int, end: int, *, tag: bool) -> Name | None:
        """What a tag, an opening or a signature names. A tag is taken as written; others must look like a brand."""
        content = text[start:end]
        if self._authority.search(content) or self._no_party.search(content) or _CLOCK.search(content):
            return None
        for first, last, word in self._matches(text, start, end):
            rest = self._rest(text[start:first]) + self._rest(text[last:end])
            if word in self._weak and rest and not self._loan.match(text, last, end):
                continue
            if not tag and len(rest) > _MOST_BESIDE:
                continue
            return self._known(text, first, last, word)
        first, last = self._bare(text, start, end)
        name = text[first:last]
        if self._collecting.search(content) and not self._is_own_department(name, content):
            return self._as_collector(text, start, end)
        rule = self.rule_of(name)
        if rule and len(self._rest(name)) < 3:
            return None
        if last - first < 2 or name in self._generic or not _names_something(name) or self._title.fullmatch(name):
            return None
        if self._nameless.search(name):
            return None
        branded = bool(rule or self._brand.search(name))
        if tag:
            nobody = self._notice.search(content) or (len(name) == 2 and name[0] in _NICKNAMES)
            plausible = branded or not (nobody or name[0] in _TALK)
        else:
            called = (
                last - first < end - start and len(name) > 2 and not (len(name) == 3 and name[0] in _NICKNAMES)
            )  # X提示, X贷后
            plausible = (branded or (called and not self._no_opening.search(name))) and not self._is_sentence(name)
        return Name(first, last, rule=rule) if plausible else None

    def opening(self, text: str, start: int, end: int) -> Name | None:
        """An unknown brand that opens a message with a colon (信而富：您的欠款…), where the rest claims a debt."""
        first, last = self._bare(text, start, end)
        name = text[first:last]
        if not 2 <= last - first <= _LONGEST_OPENING or self._no_opening.search(name) or name in self._generic:
            return None
        if self._title.search(name) or self._is_sentence(name) or self._authority.search(name):
            return None
        if _LATIN.search(name) or self._collecting.search(name) or not self._claim.search(text, end):
            return None
        return Name(first, last, rule=self.rule_of(name))

    def principal(self, text: str, start: int, end: int, *, brand: bool = False) -> Name | None:
        """For whom is collected, from a stretch that a sentence gives that place."""
        ruled = self.rule_of(text[start:end])
        for first, last, word in self._matches(text, start, end):
            longer = last < end and not self._loan.match(text, last, end)
            if not (word in self._short and (ruled or longer)):
                return self._known(text, first, last, word)
        if not _SHORT_BRAND.fullmatch(text, start, end):
            start, end = self._trimmed(text, start, end)
        name = text[start:end]
        if len(name) < 2 or name in self._generic or self._authority.search(name) or not _names_something(name):
            return None
        if self._nameless.search(name):
            return None
        rule = self.rule_of(name)
        if not rule and self._matter.search(name):
            return None
        lead = self._generic_lead.match(name)
        if lead and (len(name) - lead.end() < 2 or (rule and not self.rule_of(name[lead.end() :]))):
            return None
        if rule and name not in self._whole and len(_stem(name[lead.end() if lead else 0 :], rule)) < 2:
            return None
        if brand and _OWED.search(name):
            return None
        if brand and (self._bars.search(name) or not (rule or self._brand.search(name[lead.end() if lead else 0 :]))):
            return None
        if self._collecting.search(name):
            return None
        return Name(start, end, rule=rule)

    def agent(self, text: str, start: int, end: int, *, known: bool) -> Name | None:
        """Who collects, from a stretch that a sentence gives that place; `known` when quotes or a form say so."""
        lead = self._lead.match(text[start:end])
        if lead:
            start, known = start + lead.end(), True
        start, end = self._trimmed(text, start, end)
        whole = self._firm_end.search(text, start, end)
        role = None if whole else self._role.search(text, start, end)
        end = whole.end() if whole else role.start() if role else end
        name = text[start:end]
        if self._authority.search(name) or name in self._generic or self._listed_whole(name):
            return None
        if self._bystander.search(name) or self._nameless.search(name) or self._title.fullmatch(name):
            return None
        known_lender = next((last for first, last, _ in self._matches(text, start, end) if first == start), None)
        if known_lender is not None and not self._rest(self._departments.sub("", text[known_lender:end])):
            return None
        if self.rule_of(name) and not self._collecting.search(name):
            return None
        naming = bool(self._naming.search(name) or self._town.match(name))
        if self._lending.search(name) and not self._naming.search(self._departments.sub("", name)):
            return None
        stem = name
        while inner := self._generic_lead.match(stem) or self._lead.match(stem):
            stem = stem[inner.end() :]
        stem = self._rest(stem)
        if len(stem) < 2 or stem in self._generic or not _names_something(stem):
            return None
        known = known or text.startswith("工作人", end)
        return Name(start, end, "collector") if known or naming else None

    # --- telling names from other words

    def _known(self, text: str, start: int, end: int, word: str) -> Name:
        """A name of the list; or the company in full of which it is a part, whose own name says what it is."""
        company = self._company.match(text, end)
        if not company:
            longer = self._group.match(text, end)
            end = longer.end() if longer else end
            return Name(start, end, ids=self._entries[word], umbrella=word in self._umbrellas)
        place = self._place.search(text, max(start - 5, 0), start)
        start = place.start() if place else start
        return Name(start, company.end(), rule=self.rule_of(text[start : company.end()]))

    def _matches(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        for which, first, last in self._automaton.find_matches_as_indexes(text[start:end]):
            word = self._words[which]
            if word not in self._blocked:
                yield start + first, start + last, word

    def _stands_as_lender(self, text: str, start: int, end: int, word: str) -> bool:
        followed = self._loan.match(text, end)
        if word in self._short or word in self._umbrellas:
            return bool(followed)
        return bool(followed or self._introduced.search(text[max(start - 6, 0) : start]))

    def _listed_whole(self, name: str) -> bool:
        return name in self._entries

    def _rest(self, text: str) -> str:
        """What is left of a sender's line without words such as 客服 and 提醒."""
        return "".join(char for char in self._said.sub("", text) if char.isalnum())

    def _bare(self, text: str, start: int, end: int) -> tuple[int, int]:
        """The stretch without such words at either end."""
        while match := self._said.match(text, start, end):
            start = match.end()
        changed = True
        while changed:
            changed = False
            for match in self._said.finditer(text, start, end):
                if match.end() == end:
                    end, changed = match.start(), True
        while start < end and not text[start].isalnum():
            start += 1
        while start < end and not text[end - 1].isalnum():
            end -= 1
        return start, self._before_person(text, start, end)

    def _trimmed(self, text: str, start: int, end: int) -> tuple[int, int]:
        """The stretch without brackets, what stands before a name, and who writes for it."""
        start = self._after_stop(text, start, end)
        while start < end and text[start] in "()":
            start += 1
        if text[end - 1] == "(":
            end -= 1
        return start, self._before_person(text, start, end)

    def _before_person(self, text: str, start: int, end: int) -> int:
        person = _PERSON.search(text, start, end)
        return person.start() if person else end

    def _is_own_department(self, name: str, content: str) -> bool:
        """Whether a sender is a lender's own people (花花钱包法务), not another company that collects."""
        own = self._brand.search(name) or (
            content.endswith(self._lenders.department_endings) and len(name) < len(content)
        )
        return bool(own) and not self._collecting.search(self._departments.sub("", content))

    def _is_sentence(self, name: str) -> bool:
        """Whether words that hold a brand's sign are talk (还钱, 您的贷款) rather than a name."""
        if _SHORT_BRAND.fullmatch(name):
            return name in self._generic
        talk = self._bars.search(name) or self._stops.search(self._brand.sub("", name))
        return bool(talk or self._generic_lead.match(name))

    def _as_collector(self, text: str, start: int, end: int) -> Name | None:
        for handed in self._handover.finditer(text, start, end):
            start = handed.end()
        whole = self._firm_end.search(text, start, end)
        end = whole.end() if whole else end
        stop = self._stops.search(text, start, end)
        if stop and self._collecting.search(text, start, stop.start()):
            end = stop.start()
        name = text[start:end]
        stem = self._rest(self._collecting.sub("", name))
        lead = self._generic_lead.match(stem)
        stem = stem[lead.end() :] if lead else stem
        if len(stem) < 2 or self._stops.search(stem) or _SOMEBODY.search(stem) or self._title.fullmatch(stem):
            return None
        return Name(start, end, "collector")

    def rule_of(self, name: str) -> NameRule | None:
        """What the words of an unlisted name suggest."""
        return next((rule for pattern, rule in self._rules if pattern.search(name)), None)

    def _after_stop(self, text: str, start: int, end: int) -> int:
        for match in self._stops.finditer(text, start, end):
            start = match.end()
        return start


def _entries(lenders: Lenders) -> dict[str, tuple[str, ...]]:
    """Every name, folded, with the ids that it may mean."""
    claims: dict[str, list[str]] = {}
    for bank in lenders.banks:
        for name in bank.names:
            claims.setdefault(key_of(name), []).append(bank.id)
        for stem in lenders.bank_rules.short_stems:
            if f"{stem}银行" in bank.names or stem in bank.names:
                for suffix in lenders.bank_rules.card_suffixes:
                    claims.setdefault(key_of(stem + suffix), []).append(bank.id)
    for lender in lenders.lenders:
        for name in lender.all_names:
            ids = claims.setdefault(key_of(name), [])
            if lender.id not in ids:
                ids.append(lender.id)
    for name, id_ in lenders.short_names.items():
        claims.setdefault(key_of(name), []).append(id_)
    return {name: tuple(ids) for name, ids in claims.items()}


def key_of(name: str) -> str:
    """A name as the list is searched by."""
    return normalise(name).text.replace(" ", "")


def _names_something(name: str) -> bool:
    """A number, a time or a single sign is no name."""
    return any("\u4e00" <= char <= "\u9fff" for char in name) or (len(name) > 2 and bool(_LATIN_LETTER.search(name)))


def _stem(name: str, rule: NameRule) -> str:
    """What distinguishes a name, without the words that say what kind of lender it is."""
    return re.sub(rf"{one_of(rule.words)}|股份|有限|责任|公司", "", name)


def _clause_around(text: str, start: int, end: int) -> str:
    """The words between two pauses that a name stands among, not too many of them."""
    first = next((place + 1 for place in range(start - 1, max(start - 20, 0) - 1, -1) if text[place] in _PAUSE), None)
    last = next((place for place in range(end, min(end + 20, len(text))) if text[place] in _PAUSE), end + 20)
    return text[max(start - 20, 0) if first is None else first : last]


def _cut_latin(text: str, start: int, end: int) -> bool:
    """Whether a match begins or ends inside a Latin word or a number."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return bool(
        (_LATIN.match(text[start]) and before and _LATIN.match(before))
        or (_LATIN.match(text[end - 1]) and after and _LATIN.match(after))
    )
