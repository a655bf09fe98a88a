"""What stands against a step of a need, or against what is written in one."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class NeedRefusal(Refusal):
    package: ClassVar[str] = "hackathon.market.needs"


class NotWritten(NeedRefusal):
    slug = "need_not_written"


class WeightsWrong(NeedRefusal):
    """``sum`` is what the weights come to."""

    slug = "need_weights_wrong"


class DatesMissing(NeedRefusal):
    slug = "need_dates_missing"


class KeysMissing(NeedRefusal):
    """Fewer than ``needed`` openers have a key."""

    slug = "need_keys_missing"


class NotOpened(NeedRefusal):
    slug = "need_not_opened"


class HasResponses(NeedRefusal):
    slug = "need_has_responses"


class NothingIntended(NeedRefusal):
    slug = "need_nothing_intended"


class IsSealed(NeedRefusal):
    slug = "need_is_sealed"


class CodeTaken(NeedRefusal):
    slug = "need_code_taken"


class NotEditableNow(NeedRefusal):
    slug = "need_not_editable"


class NotAsking(NeedRefusal):
    """It takes no questions now."""

    slug = "need_not_asking"


class NotVerifiedVendor(NeedRefusal):
    """The person speaks for no vendor that is verified."""

    slug = "vendor_not_verified"
    kind = Kind.FORBIDDEN


class TooMany(NeedRefusal):
    """``what`` has reached ``count_max``."""

    slug = "need_too_many"


class AlreadyAnswered(NeedRefusal):
    slug = "question_answered"


class NotPublished(NeedRefusal):
    """Nobody relies on it yet: it can be edited instead."""

    slug = "need_not_published"


class OpenerUnknown(NeedRefusal):
    """No account of that address speaks for the agency or the programme."""

    slug = "opener_unknown"


class OpenersFixed(NeedRefusal):
    slug = "openers_fixed"


class NoOpener(NeedRefusal):
    """The person is not among those who are to hold a key."""

    slug = "not_an_opener"
    kind = Kind.FORBIDDEN


class OpenerKeysDiffer(NeedRefusal):
    """The openers' keys are not those that the log held when the need was published."""

    slug = "opener_keys_differ"
