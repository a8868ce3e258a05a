"""What a handler records on a turn, and what of it is left behind."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.evidence import GENESIS, Link, first_fault
from bot.messages import Button, UserId, say
from bot.recognition import Recognition
from bot.session import Consent, Profile, Session
from bot.turn import HELD_MOST, Loaded, SaveEvidence, SetProfile, Turn
from tests.conversing import services
from tests.storing import NOW, update


def turn(text: str = "", *, session: Session | None = None, profile: Profile | None = None) -> Turn:
    loaded = Loaded(UserId("u"), 1, session or Session(), profile or Profile(), fresh_salt=bytes(32))
    return Turn(update(text), loaded, services(), NOW, handler="forwarded")


KEEPS = Profile(consent=Consent(version=1, given=True, at=NOW))


def test_nothing_recorded_leaves_the_session_as_it_was() -> None:
    before = Session(next_number=7, choices=(("a", "b"),))

    assert turn(session=before).outcome().session == before


def test_going_on_merges_what_was_collected_and_remembers_the_way_back() -> None:
    now = turn()
    now.goto("sum", lender="bank")
    now.goto("day", sum="3000")
    now.goto("day", day="3")

    frame = now.session.active
    assert frame and frame.state == "day"
    assert frame.slots == {"lender": "bank", "sum": "3000", "day": "3"}
    assert [(step.state, step.slots) for step in frame.history] == [("sum", {"lender": "bank"})]


def test_interrupted_conversations_wait_three_deep() -> None:
    now = turn()
    for handler in ("negotiate", "evidence", "privacy", "settled"):
        now.handler = handler
        now.goto("asking")

    assert [frame.handler for frame in now.session.frames] == ["evidence", "privacy", "settled"]


def test_conversation_that_starts_again_waits_once() -> None:
    now = turn()
    for handler in ("negotiate", "evidence", "negotiate"):
        now.handler = handler
        now.goto("asking")

    assert [frame.handler for frame in now.session.frames] == ["evidence", "negotiate"]


def test_finishing_uncovers_what_waited_below() -> None:
    now = turn()
    for handler in ("negotiate", "evidence"):
        now.handler = handler
        now.goto("asking")
    now.finish()

    assert now.session.active and now.session.active.handler == "negotiate"
    now.finish()
    assert len(now.session.frames) == 1, "only its own"


def test_slots_are_a_copy() -> None:
    now = turn()
    now.goto("asking", a=1)
    now.slots["a"] = 2

    assert now.slots == {"a": 1}


def test_oldest_held_message_gives_way_and_numbers_go_on() -> None:
    now = turn()
    for number in range(HELD_MOST + 2):
        now.hold(str(number), sender=None, sent_at=None)

    assert len(now.session.held) == HELD_MOST
    assert now.held(2) is None
    kept = now.held(3)
    assert kept and kept.text == "2"
    assert now.session.next_number == HELD_MOST + 3


def test_held_message_is_corrected_in_its_place() -> None:
    now = turn()
    held = now.hold("words", sender=None, sent_at=None)
    now.hold("others", sender=None, sent_at=None)
    now.rehold(held.model_copy(update={"sent_at": NOW}))

    assert [each.sent_at for each in now.session.held] == [NOW, None]


def test_nothing_is_saved_without_consent() -> None:
    now = turn()
    held = now.hold("words", sender=None, sent_at=None)

    with pytest.raises(ValueError, match="consent"):
        now.save_evidence(held, Recognition(kind="other"))


def test_entries_of_one_turn_follow_each_other_in_the_chain() -> None:
    now = turn(profile=KEEPS)
    saved = [now.save_evidence(now.hold(text, sender=None, sent_at=None), Recognition(kind="other")) for text in "ab"]

    links: list[Link] = [write.link for write in now.writes if isinstance(write, SaveEvidence)]
    assert first_fault(links) is None
    assert [(each.number, each.head) for each in saved] == [(each.number, each.head[:12]) for each in links]
    assert [each.evidence for each in now.session.held] == [1, 2]
    assert links[0].commitments["text"] != links[1].commitments["text"]


def test_next_entry_follows_the_head_that_was_loaded() -> None:
    first = turn(profile=KEEPS)
    first.save_evidence(first.hold("a", sender=None, sent_at=None), Recognition(kind="other"))
    (write,) = (write for write in first.writes if isinstance(write, SaveEvidence))
    second = turn(profile=KEEPS)
    second.loaded = replace(second.loaded, next_evidence=2, head=write.link.head)
    second.save_evidence(second.hold("b", sender=None, sent_at=None), Recognition(kind="other"))
    (after,) = (write for write in second.writes if isinstance(write, SaveEvidence))

    assert first.loaded.head == GENESIS
    assert first_fault([write.link, after.link]) is None


def test_last_word_on_the_settings_counts() -> None:
    now = turn()
    now.set_profile(zone="Europe/Berlin")
    now.set_profile(welcomed=True)

    assert now.writes == [SetProfile(Profile(zone="Europe/Berlin", welcomed=True))]


def test_buttons_of_all_replies_become_what_can_be_typed() -> None:
    now = turn(session=Session(choices=(("old", "Old"),)))
    now.say(say("a", buttons=[[Button("one", "One")]]))
    now.say(say("b", buttons=[[Button("two", "Two"), Button("three", "Three")]]))

    assert now.outcome().session.choices == (("one", "One"), ("two", "Two"), ("three", "Three"))


def test_replies_carry_the_name_of_who_says_them() -> None:
    now = turn()
    now.say(say("words"))

    assert [reply.handler for reply in now.outcome().replies] == ["forwarded"]


def test_local_time_is_that_of_the_user() -> None:
    assert turn().local_now.utcoffset() == timedelta(hours=8)
    assert turn(profile=Profile(zone="Europe/Berlin")).local_now.utcoffset() == timedelta(hours=1)


def test_local_time_of_who_has_set_none_is_that_of_the_bot() -> None:
    now = turn()
    now.services = replace(now.services, zone="Asia/Tokyo")

    assert now.local_now.utcoffset() == timedelta(hours=9)
