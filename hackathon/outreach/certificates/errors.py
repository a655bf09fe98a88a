"""What stands against a certificate."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class CertificateRefusal(Refusal):
    package = "hackathon.outreach.certificates"


class OwnCertificate(CertificateRefusal):
    """Nobody awards themselves."""


class AwardedAlready(CertificateRefusal):
    pass


class NothingVerified(CertificateRefusal):
    """A term without a single verified activity is not certified."""


class NamesMissing(CertificateRefusal):
    """Both scripts are needed, each at most ``characters_max`` long."""

    kind = Kind.INVALID


class NotIssued(CertificateRefusal):
    pass


class MissingPackage(CertificateRefusal):
    """The machine lacks what lays out PDF: ``packages`` are those of Debian."""

    kind = Kind.UNAVAILABLE


class UnusableKey(CertificateRefusal):
    """``place`` holds no private Ed25519 key."""

    kind = Kind.UNAVAILABLE
    is_private = True


class KeyGiven(CertificateRefusal):
    """A setting says which key signs: it is changed there."""


class NotConcluded(CertificateRefusal):
    """Of a hackathon nothing is certified before its results are final."""
