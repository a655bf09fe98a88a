"""What stands against a certificate."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class CertificateRefusal(Refusal):
    package: ClassVar[str] = "hackathon.outreach.certificates"


class OwnCertificate(CertificateRefusal):
    """Nobody awards themselves."""

    slug = "own_certificate"


class AwardedAlready(CertificateRefusal):
    slug = "awarded_already"


class NothingVerified(CertificateRefusal):
    """A term without a single verified activity is not certified."""

    slug = "nothing_verified"


class NamesMissing(CertificateRefusal):
    """Both scripts are needed, each at most ``characters_max`` long."""

    slug = "names_missing"
    kind = Kind.INVALID


class NotIssued(CertificateRefusal):
    slug = "not_issued"


class MissingPackage(CertificateRefusal):
    """The machine lacks what lays out PDF: ``packages`` are those of Debian."""

    slug = "missing_package"
    kind = Kind.UNAVAILABLE


class UnusableKey(CertificateRefusal):
    """``place`` holds no private Ed25519 key."""

    slug = "unusable_key"
    kind = Kind.UNAVAILABLE
    is_private = True


class KeyGiven(CertificateRefusal):
    """A setting says which key signs: it is changed there."""

    slug = "key_given"


class NotConcluded(CertificateRefusal):
    """Of a hackathon nothing is certified before its results are final."""

    slug = "not_concluded"
