"""What can be wrong with a registry document."""

from __future__ import annotations

from citycore.errors import FalajError, Kind


class DocumentInvalid(FalajError):
    """``where`` is the path in the document or the line, ``reason`` what is wrong there and what to do."""

    slug = "registry_document_invalid"
    kind = Kind.INVALID


class SourceNotFound(FalajError):
    slug = "source_not_found"
    kind = Kind.NOT_FOUND


class NotYourSource(FalajError):
    """The source belongs to somebody else."""

    slug = "source_of_others"
    kind = Kind.FORBIDDEN


class ReviewWrong(FalajError):
    """A source cannot be decided about so: it stands otherwise, or no reason is given."""

    slug = "source_review_wrong"
    kind = Kind.INVALID
