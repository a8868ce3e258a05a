"""Everything that Buhuang raises, split by what the caller does next.

    BuhuangError
    ├── SettingsError          say the one line and stop
    ├── ChannelError
    │   ├── Retryable          try again, not before `retry_after_s`
    │   └── Permanent          give up on this row; `recipient_gone` if the user blocked the bot
    └── StoreError
        ├── Conflict           load again and run the handler again
        ├── Unreadable         what is kept of this one user is damaged: set the update aside, others go on
        └── Unavailable        nothing was written; try again later or tell the operator

`content` imports nothing of ours and has its own `ContentError`.
"""


class BuhuangError(Exception):
    """Something went wrong in Buhuang."""


class SettingsError(BuhuangError):
    """A setting is missing or wrong."""

    def __init__(self, variable: str, expected: str) -> None:
        super().__init__(f"{variable}: {expected}")
        self.variable = variable
        self.expected = expected


class ChannelError(BuhuangError):
    """A channel could not do what it was asked."""


class Retryable(ChannelError):
    """The platform refused for now."""

    def __init__(self, reason: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


class Permanent(ChannelError):
    """The platform will never accept this."""

    def __init__(self, reason: str, *, recipient_gone: bool = False) -> None:
        super().__init__(reason)
        self.recipient_gone = recipient_gone


class StoreError(BuhuangError):
    """The database could not do what it was asked."""


class Conflict(StoreError):
    """Another turn of the same user was committed first."""


class Unreadable(StoreError):
    """What is kept of one user, or one row, cannot be decrypted."""


class Unavailable(StoreError):
    """The database cannot be reached, read or written."""
