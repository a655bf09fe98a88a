"""Whether a request for a file goes on (RFC 9110, section 13): one order for all of its conditions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

#: One entity tag of a list; commas may stand within it.
TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
#: The three forms of a date that HTTP knows (RFC 9110, 5.6.7); all of them mean UTC.
DATE = re.compile(
    r"\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT"
    r"|\w{6,9}, \d{2}-\w{3}-\d{2} \d{2}:\d{2}:\d{2} GMT"
    r"|\w{3} \w{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}",
    re.ASCII,
)


class Verdict(Enum):
    GOES_ON = "goes on"
    #: The client has it already: 304.
    NOT_MODIFIED = "not modified"
    #: It is not what the client wants it to be: 412.
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The fields of a request, all lines of each; none of one that is absent."""

    if_match: Sequence[str] = ()
    if_unmodified_since: Sequence[str] = ()
    if_none_match: Sequence[str] = ()
    if_modified_since: Sequence[str] = ()

    def verdict(self, etag: str, modified: datetime) -> Verdict:
        """For a reading of what has this strong ``etag`` and was modified then.

        A date counts only where no tag is given, and only if it is a date.
        """
        if self.if_match:
            if not names_tag(self.if_match, etag, weakly=False):
                return Verdict.FAILED
        elif (since := _date(self.if_unmodified_since)) is not None and modified > since:
            return Verdict.FAILED
        if self.if_none_match:
            if names_tag(self.if_none_match, etag, weakly=True):
                return Verdict.NOT_MODIFIED
        elif (since := _date(self.if_modified_since)) is not None and modified <= since:
            return Verdict.NOT_MODIFIED
        return Verdict.GOES_ON


def names_tag(lines: Sequence[str], etag: str, *, weakly: bool) -> bool:
    """Whether one of the tags in these lines is ``etag``, a strong one; weakly, or to the byte."""
    field = ",".join(lines)
    if field.strip() == "*":
        return True
    return any(f'"{tag}"' == etag and (weakly or not weak) for weak, tag in TAG.findall(field))


def _date(lines: Sequence[str]) -> datetime | None:
    """The instant of a field; None if there is none, or more than one, or it is no date."""
    if len(lines) != 1 or DATE.fullmatch(lines[0].strip()) is None:
        return None
    try:
        found = parsedate_to_datetime(lines[0].strip())
    except ValueError:
        return None
    return found.replace(tzinfo=UTC)
