"""Telegram's updates in neutral form.

A server older or newer than the library may send what it refuses to read (it raises TypeError for a field that was not
there yet); of such a message the words are salvaged, so that nobody is left without an answer.
"""

import logging
import re
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any

import telegram
from telegram import (
    CallbackQuery,
    ChatMemberUpdated,
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)
from telegram.constants import ChatMemberStatus, ChatType

from bot.channels.telegram_render import cleaned
from bot.messages import Origin, Update, UpdateKind

NAME = "telegram"
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
"""The types of update that are asked for."""
_LOG = logging.getLogger(__name__)
_START = re.compile(r"/start(@\w+)?", re.IGNORECASE)
_NAME_MOST = 128
_ALBUMS_MOST = 1000


class Translator:
    """Makes neutral updates for the bot with this id and username."""

    def __init__(self, bot_id: int, username: str) -> None:
        self._bot_id = bot_id
        self._at = f"@{username}".casefold()
        self._albums: OrderedDict[tuple[int, str], int] = OrderedDict()

    def translate(self, raw: dict[str, Any], now: datetime) -> Update | None:
        """The neutral update, or None for what needs no answer. `now` is when it was received."""
        try:
            return self._translated(telegram.Update.de_json(raw), now)
        except Exception as error:  # the rim: the library has no error of its own for what it can't read
            _LOG.warning("Telegram update %s cannot be read: %s", raw["update_id"], type(error).__name__)
            return self._salvaged(raw, now)

    def _translated(self, update: telegram.Update, now: datetime) -> Update | None:
        if message := update.message or update.edited_message:
            return self._message(update.update_id, message, edited=update.message is None)
        if update.callback_query:
            return self._press(update.update_id, update.callback_query, now)
        if update.my_chat_member:
            return self._membership(update.update_id, update.my_chat_member)
        return None

    def _salvaged(self, raw: dict[str, Any], now: datetime) -> Update | None:
        """What a person wrote in a private chat, read without the library."""
        match raw:
            case {
                "update_id": int(update_id),
                "message": {"from": {"id": int(sender)}, "chat": {"id": int(chat), "type": "private"}, **rest},
            }:
                words = rest.get("text") or rest.get("caption")
                text = cleaned(words) if isinstance(words, str) else ""
                forwarded = isinstance(rest.get("forward_origin"), dict)
                said = UpdateKind.FORWARD if forwarded else UpdateKind.TEXT
                return Update(
                    channel=NAME,
                    id=self._id(update_id),
                    sender=str(sender),
                    address=str(chat),
                    kind=said if text else UpdateKind.UNSUPPORTED,
                    received_at=_utc(now),
                    text=text,
                    message=str(rest["message_id"]) if "message_id" in rest else None,
                )
        return None

    def _id(self, update_id: int) -> str:
        """Unique also when another bot's token is put in: each bot counts its own updates."""
        return f"{self._bot_id}-{update_id}"

    def _message(self, update_id: int, message: Message, *, edited: bool) -> Update | None:
        sender, chat = message.from_user, message.chat
        if sender is None or sender.is_bot or chat.type == ChatType.CHANNEL:
            return None
        group = chat.type != ChatType.PRIVATE
        words = cleaned(message.text or message.caption or "")
        if group and not self._is_for_us(message, words):
            return None
        kind, file = _kind(message)
        if kind is None or (edited and not words):  # a service message; a location on the move
            return None
        if not words and message.media_group_id and not self._leads_album(update_id, message):
            return None
        if message.forward_origin and words:
            kind = UpdateKind.FORWARD
        elif _START.fullmatch(words.strip()):
            kind = UpdateKind.JOIN
        return Update(
            channel=NAME,
            id=self._id(update_id),
            sender=str(sender.id),
            address=str(chat.id),
            kind=kind,
            received_at=_utc(message.edit_date or message.date),
            text=words,
            origin=_origin(message),
            message=str(message.message_id),
            edited=edited,
            file=file,
            group=group,
        )

    def _is_for_us(self, message: Message, words: str) -> bool:
        """Whether a message in a group speaks to this bot: others' talk is none of our business."""
        if words.startswith("/"):
            command = words.split(maxsplit=1)[0].casefold()
            return "@" not in command or command.endswith(self._at)
        if self._at in words.casefold():
            return True
        answered = message.reply_to_message
        return bool(answered and answered.from_user and answered.from_user.id == self._bot_id)

    def _leads_album(self, update_id: int, message: Message) -> bool:
        """Whether this is the first of an album's photos: each comes as its own update, and one answer is enough."""
        album = message.chat.id, message.media_group_id or ""
        leader = self._albums.setdefault(album, update_id)
        while len(self._albums) > _ALBUMS_MOST:
            self._albums.popitem(last=False)
        return leader == update_id

    def _press(self, update_id: int, query: CallbackQuery, now: datetime) -> Update | None:
        if not query.data:
            return None
        chat = query.message.chat if query.message else None
        return Update(
            channel=NAME,
            id=self._id(update_id),
            sender=str(query.from_user.id),
            address=str(chat.id if chat else query.from_user.id),
            kind=UpdateKind.PRESS,
            received_at=_utc(now),
            press=cleaned(query.data),
            pressed_message=str(query.message.message_id) if query.message else None,
            group=chat is not None and chat.type != ChatType.PRIVATE,
        )

    def _membership(self, update_id: int, change: ChatMemberUpdated) -> Update | None:
        """Blocking the bot. Whoever unblocks it presses start, and that comes as a message."""
        if change.chat.type != ChatType.PRIVATE or change.new_chat_member.status != ChatMemberStatus.BANNED:
            return None
        return Update(
            channel=NAME,
            id=self._id(update_id),
            sender=str(change.from_user.id),
            address=str(change.chat.id),
            kind=UpdateKind.GONE,
            received_at=_utc(change.date),
        )


def _kind(message: Message) -> tuple[UpdateKind | None, str | None]:
    """The kind and the file's handle; None for a service message ("pinned a message")."""
    if message.text is not None:
        return UpdateKind.TEXT, None
    if message.photo:
        return UpdateKind.PHOTO, message.photo[-1].file_id
    if message.voice:
        return UpdateKind.VOICE, message.voice.file_id
    if message.audio:
        return UpdateKind.VOICE, message.audio.file_id
    if message.document and not message.animation:  # an animation also comes as a document
        is_image = (message.document.mime_type or "").startswith("image/")
        return (UpdateKind.PHOTO if is_image else UpdateKind.FILE), message.document.file_id
    # What this version of the library doesn't know yet is in `api_kwargs`: rather answer it than say nothing.
    if message.effective_attachment or message.dice or message.api_kwargs:
        return UpdateKind.UNSUPPORTED, None
    return None, None


def _origin(message: Message) -> Origin | None:
    origin = message.forward_origin
    if origin is None:
        return None
    name: str | None = None
    match origin:
        case MessageOriginUser():
            name = origin.sender_user.full_name
        case MessageOriginHiddenUser():
            name = origin.sender_user_name
        case MessageOriginChat():
            name = origin.sender_chat.effective_name
        case MessageOriginChannel():
            name = origin.chat.effective_name
    return Origin(cleaned(name or "").strip()[:_NAME_MOST] or None, _utc(origin.date))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
