"""The table of contents: everything the bot answers to, in the order in which it is asked. One line to add.

Words go to the first handler that wants them. Buttons, commands and answers to what was asked go by name.
"""

from bot.turn import Handler
from handlers import (
    characters,
    distress,
    evidence,
    forwarded,
    law,
    negotiate,
    privacy,
    question,
    settled,
    start,
    unanswered,
)

HANDLERS: tuple[Handler, ...] = (
    distress.HANDLER,  # before everything, in every state: whoever speaks of dying is not asked for a date
    forwarded.HANDLER,  # before all that listens for words: a pasted message holds any words
    start.HANDLER,
    characters.HANDLER,
    privacy.HANDLER,  # before evidence: 删除我的数据 is more than one entry
    evidence.HANDLER,
    settled.HANDLER,
    negotiate.HANDLER,
    law.HANDLER,  # is called by name, number or figure, also in the middle of another
    unanswered.HANDLER,
    question.HANDLER,  # last: takes what nobody else wants
)
welcome = start.welcome
"""Said once, after the first answer."""

__all__ = ["HANDLERS", "welcome"]
