"""Trains the second opinions from the labelled texts of a content folder: `buhuang content train`."""

import json
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from bot.recognition import Recogniser
from bot.recognition.distress import DISTRESS, NONE, Distress
from bot.recognition.kinds import OTHER, OWN_WORDS
from bot.recognition.routes import MESSAGE, OWN, ROUTE
from bot.recognition.training import Sample, train
from bot.recognition.weighing import MESSAGES
from content.load import Content, load, load_messages, load_voices
from content.schema_learnt import Labelled, Weights, fingerprint

_OF_MESSAGES, _OF_DISTRESS, _OF_ROUTE = 0.06, 0.3, 0.4
"""How much a finding of the rules counts; found by trying on messages that were not trained on."""


def learn(root: Path) -> list[Path]:
    """Train anew and write `learnt/*.json`; takes a minute or two. Raises `ContentError`."""
    content = replace(load(root), learnt={})
    load.cache_clear()
    folder = root / "learnt"
    folder.mkdir(exist_ok=True)
    trained = {
        MESSAGES: learn_messages(content, load_messages(root).values()),
        DISTRESS: _distress(content, root),
        ROUTE: _route(content, root),
    }
    paths = []
    for name, weights in trained.items():
        paths.append(folder / f"{name}.json")
        partial = paths[-1].with_suffix(".partial")
        partial.write_text(_lines(weights), encoding="utf-8")
        partial.replace(paths[-1])
    return paths


def learn_messages(content: Content, messages: Collection[Labelled]) -> Weights:
    """The second opinion on messages, from these labelled ones and the examples that stand beside the rules.

    `content` is without anything learnt.
    """
    recogniser = Recogniser(content)
    samples = [Sample(*recogniser.facts(each.text), each.kind, each.signals) for each in messages]
    samples += _examples(content, recogniser)
    made_from = fingerprint(messages)
    return train(samples, signals=tuple(content.signals), fact_weight=_OF_MESSAGES, made_from=made_from)


def _examples(content: Content, recogniser: Recogniser) -> Iterator[Sample]:
    """The short examples beside the rules, with what the rules say of them: they show what the rules are for."""
    of_kinds = content.kinds.examples if content.kinds else {}
    for text in chain(*of_kinds.values(), *(signal.examples for signal in content.signals.values())):
        reading = recogniser.recognise(text)
        yield Sample(*recogniser.facts(text), reading.kind, reading.signals)


def _distress(content: Content, root: Path) -> Weights:
    """Beside the labelled voices it learns from everything else that users and collectors write."""
    voices = load_voices(root)
    heard = [(voice.text, voice.distress) for voice in voices.values()]
    heard += [(text, kind != NONE) for kind, texts in content.distress.examples.items() for text in texts]
    heard += [(text, answer.id == DISTRESS) for answer in content.answers.values() for text in answer.examples]
    heard += [(message.text, False) for message in load_messages(root).values()]
    heard += [(text, False) for text in _ordinary(content)]
    distress = Distress(content)
    samples = [Sample(*distress.facts(text), DISTRESS if is_distress else NONE) for text, is_distress in heard]
    return train(samples, signals=(), fact_weight=_OF_DISTRESS, made_from=fingerprint(voices.values()))


def _route(content: Content, root: Path) -> Weights:
    """Who is speaking: collectors and senders of all sorts, or the user, whose words are in questions and voices."""
    recogniser = Recogniser(content)
    spoken: list[tuple[str, str]] = []
    for message in load_messages(root).values():
        own = OWN_WORDS in recogniser.facts(message.text)[1]
        spoken.append((message.text, OWN if message.kind == OTHER and own else MESSAGE))
    spoken += [(text, OWN) for answer in content.answers.values() for text in answer.examples]
    spoken += [(voice.text, OWN) for voice in load_voices(root).values() if "\n" not in voice.text]
    for route, texts in content.route.examples.items() if content.route else ():
        spoken += [(text, MESSAGE if route == MESSAGE else OWN) for text in texts]
    samples = [Sample(*recogniser.route_facts(text), who) for text, who in spoken]
    made_from = fingerprint(load_messages(root).values())
    return train(samples, signals=(), fact_weight=_OF_ROUTE, made_from=made_from)


def _ordinary(content: Content) -> Iterator[str]:
    """What people say to other conversations, in words that these know."""
    for conversation in content.conversations.values():
        if conversation.handler != DISTRESS:
            yield from chain(*conversation.words.values(), conversation.buttons.values())
    if content.route:
        yield from chain(*content.route.examples.values())


def _lines(weights: Weights) -> str:
    """As JSON with one feature a line, so that a difference can be read."""
    whole = weights.model_dump_json(exclude={"weights"})
    rows = (
        f"{json.dumps(name, ensure_ascii=False)}:[{','.join(map(str, row))}]" for name, row in weights.weights.items()
    )
    return whole[:-1] + ',"weights":{\n' + ",\n".join(rows) + "\n}}\n"
