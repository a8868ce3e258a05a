"""Routing with small handlers of its own: who takes what, in which order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest

from bot.messages import Button, Origin, Update, UpdateKind, UserId, WorkOutcome, say
from bot.recognition import Recogniser, Route
from bot.routing import Routing, apology, private_only
from bot.turn import (
    Evidence,
    Frame,
    Handler,
    Loaded,
    Need,
    NeedsMore,
    Outcome,
    Profile,
    Services,
    Session,
    State,
    Turn,
)
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


def is_message(turn: Turn) -> bool:
    return turn.route is Route.MESSAGE or turn.update.kind is UpdateKind.FORWARD


def why(turn: Turn, number: str) -> None:
    turn.say(say(f"why {number}"))


def handlers() -> tuple[Handler, ...]:
    return (
        Handler("distress", lambda turn: "bridge" in turn.text, says("first"), urgent=True),
        Handler("start", lambda turn: False, says("hello"), commands=("start", "help")),
        Handler("evidence", lambda turn: turn.text == "ledger", says("list"), needs=frozenset({Need.EVIDENCE})),
        Handler("forwarded", is_message, says("card"), actions={"why": why}),
        Handler(
            "plan",
            lambda turn: turn.text == "plan",
            wait_for_sum,
            states={"sum": State(ask_sum, take_sum), "reason": State(ask_reason, take_reason, free=True)},
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
        for name in ("distress", "start", "evidence", "forwarded", "plan", "question")
    }
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

    assert table.hears("I am on the bridge") == ["distress:first"]
    assert table.waiting == ["plan"]


def test_distress_comes_before_the_message_that_holds_it() -> None:
    assert Table().hears("【tag】 bridge") == ["distress:first"]


def test_distress_is_not_followed_by_the_welcome() -> None:
    assert Table(welcomed=False).hears("bridge") == ["distress:first"]


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

    assert table.hears("hm") == [common("not_an_answer"), "how much"]


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


def test_continue_with_nothing_open_is_a_question() -> None:
    assert Table().hears("继续") == ["question:answer"]


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
