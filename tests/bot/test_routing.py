"""Routing with small handlers of its own: who takes what, in which order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest

from bot.messages import Button, Origin, Update, UpdateKind, UserId, WorkOutcome, say
from bot.recognition import Recogniser, Route
from bot.recognition.normalise import MOST as READ_MOST
from bot.routing import Routing, apology, private_only
from bot.session import Evidence, Frame, Profile, Session
from bot.turn import Handler, Loaded, Need, NeedsMore, Outcome, Services, State, Turn
from content.load import load
from content.schema import Conversation

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)


class Ears:
    """A recogniser that tells messages by their tag and questions by their mark."""

    def route(self, text: str) -> Route:
        if "【" in text:
            return Route.MESSAGE
        return Route.QUESTION if text.endswith("?") else Route.OTHER


def says(id_: str) -> Callable[[Turn], None]:
    return lambda turn: turn.say(say(f"{turn.handler}:{id_}"))


def wait_for_sum(turn: Turn) -> None:
    turn.goto("sum")
    ask_sum(turn)


def ask_sum(turn: Turn) -> None:
    turn.say(say("how much", buttons=[[Button("plan:less", "少一点")]]))


def take_sum(turn: Turn) -> bool:
    if not turn.text.rstrip("?").isdecimal():
        return False
    turn.goto("reason", sum=turn.text)
    ask_reason(turn)
    return True


def ask_reason(turn: Turn) -> None:
    turn.say(say("why"))


def take_reason(turn: Turn) -> bool:
    turn.finish()
    turn.say(say(f"plan {turn.session.active}"))
    return True


def unclear_sum(turn: Turn) -> None:
    turn.say(say("a number, please"))


def stay(turn: Turn) -> None:
    turn.goto("listening")
    turn.say(say("first"))


def listen(turn: Turn) -> bool:
    if turn.text.startswith("debt"):
        return False
    turn.say(say("heard"))
    return True


def sure(turn: Turn) -> None:
    turn.goto("sure")
    turn.say(say("sure?"))


def yes(turn: Turn) -> bool:
    if turn.text != "yes":
        return False
    turn.finish()
    turn.say(say("erased"))
    return True


def is_message(turn: Turn) -> bool:
    return turn.route is Route.MESSAGE or turn.update.kind is UpdateKind.FORWARD


def why(turn: Turn, number: str) -> None:
    turn.say(say(f"why {number}"))


def handlers() -> tuple[Handler, ...]:
    return (
        Handler(
            "distress",
            lambda turn: "bridge" in turn.text,
            stay,
            states={"listening": State(says("still here"), listen, free=True)},
            urgent=True,
        ),
        Handler("start", lambda turn: False, says("hello"), commands=("start", "help")),
        Handler(
            "erase",
            lambda turn: turn.text == "erase",
            sure,
            states={"sure": State(says("sure"), yes, passing=True)},
        ),
        Handler("evidence", lambda turn: turn.text == "ledger", says("list"), needs=frozenset({Need.EVIDENCE})),
        Handler("forwarded", is_message, says("card"), actions={"why": why}),
        Handler(
            "plan",
            lambda turn: turn.text == "plan",
            wait_for_sum,
            states={
                "sum": State(ask_sum, take_sum, unclear=unclear_sum),
                "reason": State(ask_reason, take_reason, free=True),
            },
            actions={"less": lambda turn, argument: turn.say(say("less"))},
            works={"letter": says("letter")},
            commands=("plan",),
        ),
        Handler("question", lambda turn: True, says("answer")),
    )  # fmt: skip


def words() -> dict[str, Conversation]:
    real = load().conversations["common"]
    made = {
        name: Conversation(handler=name, title=f"title of {name}", texts={"x": "x"}, buttons={})
        for name in ("distress", "start", "erase", "evidence", "forwarded", "plan", "question")
    }
    made["evidence"] = made["evidence"].model_copy(
        update={"words": {"open": ("my ledger",), "open_all": ("all of it",)}}
    )
    return {"common": real, **made}


class Table:
    """A user at the table: what was said is kept between turns."""

    def __init__(self, *, welcomed: bool = True) -> None:
        self.content = replace(load(), conversations=words())
        self.services = Services(self.content, cast(Recogniser, Ears()), cast("object", None))  # type: ignore[arg-type]
        self.routing = Routing(handlers(), lambda turn: turn.say(say("welcome")))
        self.session = Session()
        self.profile = Profile(welcomed=welcomed)
        self.evidence: tuple[Evidence, ...] | None = ()

    def hears(self, text: str = "", kind: UpdateKind = UpdateKind.TEXT, **details: object) -> list[str]:
        update = Update("terminal", "1", "u", "u", kind, NOW, text=text, **details)  # type: ignore[arg-type]
        loaded = Loaded(UserId("u"), 1, self.session, self.profile, evidence=self.evidence)
        turn = Turn(update, loaded, self.services, NOW)
        self.routing.route(turn)
        self.outcome: Outcome = turn.outcome()
        self.session = self.outcome.session
        return [reply.blocks[0].text for reply in self.outcome.replies]

    @property
    def waiting(self) -> list[str]:
        return [frame.handler for frame in self.session.frames]


def common(id_: str, **blanks: str) -> str:
    return words()["common"].texts[id_].format_map(blanks)


def test_distress_comes_first_in_every_state() -> None:
    table = Table()
    table.hears("plan")

    assert table.hears("I am on the bridge") == ["first"]
    assert table.waiting == ["plan", "distress"]


def test_distress_comes_before_the_message_that_holds_it() -> None:
    assert Table().hears("【tag】 bridge") == ["first"]


def test_distress_is_not_followed_by_the_welcome() -> None:
    assert Table(welcomed=False).hears("bridge") == ["first"]


def test_first_answer_is_followed_by_the_welcome() -> None:
    assert Table(welcomed=False).hears("【tag】 pay") == ["forwarded:card", "welcome"]


@pytest.mark.parametrize("text", ["/plan", "/plan@BuhuangBot", "/PLAN now"])
def test_command_starts_its_conversation(text: str) -> None:
    table = Table()

    assert table.hears(text) == ["how much"]


def test_unknown_command_is_a_question() -> None:
    assert Table().hears("/nonsense") == ["question:answer"]
    assert Table().hears("/") == ["question:answer"]


def test_join_starts_the_conversation_called_start() -> None:
    assert Table().hears(kind=UpdateKind.JOIN) == ["start:hello"]


def test_answer_goes_to_the_state_that_asked() -> None:
    table = Table()
    table.hears("plan")

    assert table.hears("1500") == ["why"]
    assert table.session.active == Frame(
        handler="plan", state="reason", slots={"sum": "1500"}, history=table.session.frames[-1].history
    )


def test_short_question_may_be_the_answer() -> None:
    table = Table()
    table.hears("plan")

    assert table.hears("1500?") == ["why"]


def test_question_interrupts_a_state_that_takes_any_words() -> None:
    table = Table()
    table.hears("plan")
    table.hears("1500")

    assert table.hears("must I?") == ["question:answer", common("waiting", title="title of plan")]
    assert table.hears("lost my job")[0].startswith("plan")


def test_new_message_interrupts_and_the_rest_is_offered_again() -> None:
    table = Table()
    table.hears("plan")

    assert table.hears("【tag】 pay") == ["forwarded:card", common("waiting", title="title of plan")]
    assert table.hears(kind=UpdateKind.PRESS, press="common:resume") == ["how much"]
    assert table.waiting == ["plan"]


def test_forwarded_text_is_never_an_answer() -> None:
    table = Table()
    table.hears("plan")

    said = table.hears("1500", UpdateKind.FORWARD, origin=Origin())

    assert said[0] == "forwarded:card"
    assert table.session.active == Frame(handler="plan", state="sum")


def test_what_is_no_answer_is_asked_again() -> None:
    table = Table()
    table.hears("plan")

    assert table.hears("hm") == ["a number, please"]


@pytest.mark.parametrize("word", ["取消", "算了", " 取消。"])
def test_cancel_puts_the_conversation_down(word: str) -> None:
    table = Table()
    table.hears("plan")

    assert table.hears(word) == [common("cancelled", title="title of plan")]
    assert table.waiting == []


def test_cancel_with_nothing_open_says_so() -> None:
    assert Table().hears("取消") == [common("nothing_open")]


def test_back_leads_to_the_state_before_with_its_slots() -> None:
    table = Table()
    table.hears("plan")
    table.hears("1500")

    assert table.hears("返回") == ["how much"]
    assert table.session.active == Frame(handler="plan", state="sum")
    assert table.hears("返回") == [common("first_step"), "how much"]


def test_continue_asks_again_what_was_asked() -> None:
    table = Table()
    table.hears("plan")

    assert table.hears("继续") == ["how much"]


def test_continue_with_nothing_open_says_so() -> None:
    assert Table().hears("继续") == [common("nothing_open")]


def test_typed_label_does_what_the_button_does() -> None:
    table = Table()
    table.hears("plan")

    assert table.hears("少一点") == ["less"]


def test_button_passes_its_argument() -> None:
    assert Table().hears(kind=UpdateKind.PRESS, press="forwarded:why:3") == ["why 3"]


@pytest.mark.parametrize("press", ["gone:why:3", "forwarded:gone", "", "::"])
def test_button_of_another_version_is_answered(press: str) -> None:
    assert Table().hears(kind=UpdateKind.PRESS, press=press) == [common("button_stale")]


def test_state_of_another_version_does_no_harm() -> None:
    table = Table()
    table.session = Session(frames=(Frame(handler="plan", state="gone"), Frame(handler="gone", state="x")))

    assert table.hears("what now?") == ["question:answer"]
    assert table.hears("取消") == [common("nothing_open")]


def test_conversation_without_its_data_asks_for_it() -> None:
    table = Table()
    table.evidence = None

    with pytest.raises(NeedsMore) as asked:
        table.hears("ledger")

    assert asked.value.needs == {Need.EVIDENCE}


def test_needs_of_a_named_conversation_are_known_before_loading() -> None:
    routing = Table().routing

    press = Update("terminal", "1", "u", "u", UpdateKind.PRESS, NOW, press="evidence:show:1")
    text = Update("terminal", "1", "u", "u", UpdateKind.TEXT, NOW, text="hello")

    assert routing.needs(press) == {Need.EVIDENCE}
    assert routing.needs(text) == frozenset()


def test_finished_work_goes_to_who_asked_for_it() -> None:
    outcome = WorkOutcome("letter", {}, {"path": "x"})

    assert Table().hears(kind=UpdateKind.WORK_DONE, work=outcome) == ["plan:letter"]


@pytest.mark.parametrize("kind", ["photo", "voice", "file", "unsupported"])
def test_what_cannot_be_read_is_answered_kindly(kind: str) -> None:
    assert Table().hears(kind=UpdateKind(kind)) == [common(kind)]


def test_caption_of_a_photo_is_read() -> None:
    assert Table().hears("【tag】 pay", UpdateKind.PHOTO) == ["forwarded:card"]


def test_empty_text_is_answered_kindly() -> None:
    assert Table().hears("  \n") == [common("empty")]


def test_user_who_left_is_told_nothing() -> None:
    assert Table().hears(kind=UpdateKind.GONE) == []


def test_only_three_conversations_wait() -> None:
    table = Table()
    table.session = Session(frames=tuple(Frame(handler=name, state="x") for name in ("a", "b", "c")))

    table.hears("plan")

    assert table.waiting == ["b", "c", "plan"]


def test_group_and_fault_have_their_words() -> None:
    content = Table().content

    assert private_only(content).text == common("private_only")
    assert apology(content).text == common("apology")


# --- what is said after words of distress


def test_after_words_of_distress_every_answer_is_heard() -> None:
    table = Table()
    table.hears("bridge")

    assert [table.hears(text) for text in ("hm", "why?", "取消")] == [["heard"]] * 3


def test_question_about_the_debt_is_answered_and_somebody_is_still_here() -> None:
    table = Table()
    table.hears("bridge")

    assert table.hears("debt?") == ["question:answer", "distress:still here"]


def test_new_message_is_answered_and_somebody_is_still_here() -> None:
    table = Table()
    table.hears("bridge")

    assert table.hears("【tag】 pay") == ["forwarded:card", "distress:still here"]


def test_continue_leads_from_distress_back_to_what_waited() -> None:
    table = Table()
    table.hears("plan")
    table.hears("bridge")

    assert table.hears("继续") == ["how much"]
    assert table.waiting == ["plan"]


def test_continue_in_distress_with_nothing_below_is_heard() -> None:
    table = Table()
    table.hears("bridge")

    assert table.hears("继续") == ["heard"]


# --- a mere yes or no


def test_yes_or_no_is_answered_and_what_waited_offered_again() -> None:
    table = Table()
    table.hears("plan")
    table.hears("erase")

    assert table.hears("yes") == ["erased", common("waiting", title="title of plan")]


def test_yes_or_no_lapses_when_the_talk_goes_on() -> None:
    table = Table()
    table.hears("plan")
    table.hears("erase")

    assert table.hears("must I?") == ["question:answer", common("waiting", title="title of plan")]
    assert table.hears("yes") == ["a number, please"]


def test_continue_leads_past_a_yes_or_no() -> None:
    table = Table()
    table.hears("plan")
    table.hears("erase")

    assert table.hears("继续") == ["how much"]


# --- words that call a conversation, and buttons by number


@pytest.mark.parametrize("text", ["my ledger", "All of it."])
def test_words_that_open_a_conversation_do_so_from_every_state(text: str) -> None:
    table = Table()
    table.hears("plan")
    table.hears("1500")

    assert table.hears(text)[0] == "evidence:list"


def test_forwarded_words_open_nothing() -> None:
    assert Table().hears("my ledger", UpdateKind.FORWARD, origin=Origin()) == ["forwarded:card"]


def test_free_answer_yields_to_whoever_wants_the_words() -> None:
    table = Table()
    table.hears("plan")
    table.hears("1500")

    assert table.hears("ledger")[0] == "evidence:list"


@pytest.mark.parametrize("typed", ["1", "1.", "第一个", "第1个", "１", "一"])
def test_number_presses_the_button_in_that_place(typed: str) -> None:
    table = Table()
    table.session = Session(choices=(("forwarded:why:7", "为什么"), ("plan:less", "少一点")))

    assert table.hears(typed) == ["why 7"]


def test_number_in_a_label_comes_before_its_place() -> None:
    table = Table()
    table.session = Session(choices=(("forwarded:why:2", "第 2 条"), ("forwarded:why:1", "第 1 条")))

    assert table.hears("1") == ["why 1"]


@pytest.mark.parametrize("typed", ["0", "3", "第九个"])
def test_number_without_a_button_presses_none(typed: str) -> None:
    table = Table()
    table.session = Session(choices=(("forwarded:why:7", "为什么"), ("plan:less", "少一点")))

    assert table.hears(typed) == ["question:answer"]


def test_number_is_the_answer_where_others_offered_the_buttons() -> None:
    table = Table()
    table.hears("plan")
    table.hears("must I?")  # the offer to go on shows two buttons

    assert table.hears("2") == ["why"]


def test_label_typed_with_a_stop_presses_its_button() -> None:
    table = Table()
    table.hears("plan")

    assert table.hears("少一点。") == ["less"]


# --- what is too much


@pytest.mark.parametrize("kind", [UpdateKind.TEXT, UpdateKind.FORWARD])
def test_text_too_long_to_be_read_is_said_and_changes_nothing(kind: UpdateKind) -> None:
    table = Table()
    table.hears("plan")

    assert table.hears("【tag】" + "pay " * READ_MOST, kind)[0] == common("too_long")
    assert table.waiting == ["plan"]
    assert table.hears("1500") == ["why"]


def test_distress_is_heard_in_a_text_too_long_to_be_read() -> None:
    assert Table().hears("far " * READ_MOST + "bridge") == ["first"]


@pytest.mark.parametrize("press", ["forwarded:why:" + "9" * 5000, "forwarded:why:" + "x" * 1_000_000])
def test_button_longer_than_any_of_ours_is_stale(press: str) -> None:
    assert Table().hears(kind=UpdateKind.PRESS, press=press) == [common("button_stale")]


# --- the welcome, and later days


def test_welcome_does_not_come_between_a_question_and_its_answer() -> None:
    table = Table(welcomed=False)

    assert table.hears("plan") == ["how much"]
    assert table.hears("1500") == ["why"]
    assert table.hears("lost my job")[1:] == ["welcome"]


def test_what_waits_is_picked_up_after_the_session_was_stored_and_read_again() -> None:
    table = Table()
    table.hears("plan")
    table.hears("【tag】 pay")
    again = Table()
    again.session = Session.model_validate_json(table.session.model_dump_json())

    assert again.hears("继续") == ["how much"]
    assert again.hears("1500") == ["why"]
