"""What a forwarded message is, what is in it, and what a typed text is meant as."""

from bot.recognition.recogniser import Recogniser
from bot.recognition.types import Fields, Finding, LenderMatch, Recognition, Route

__all__ = ["Fields", "Finding", "LenderMatch", "Recogniser", "Recognition", "Route"]
