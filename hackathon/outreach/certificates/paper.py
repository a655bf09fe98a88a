"""A certificate on paper: one page of A4 in either language, the same bytes for the same certificate."""

from __future__ import annotations

from citycore.clock import CITY_ZONE
from citycore.language import Language, catalogue, direction
from hackathon.outreach.certificates.credential import Issuer
from hackathon.outreach.certificates.errors import MissingPackage, NotIssued
from hackathon.outreach.certificates.model import Certificate
from hackathon.outreach.certificates.wording import day_text, description, figures, title

#: What lays out Arabic, and a font with both scripts.
PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-noto-core")


def write_pdf(certificate: Certificate, issuer: Issuer, language: Language) -> bytes:
    """The page as PDF; :class:`MissingPackage` on a machine that cannot lay it out."""
    page = write_html(certificate, issuer, language)
    try:
        from weasyprint import HTML
    except OSError as error:  # it loads Pango when it is imported
        raise MissingPackage(packages=" ".join(PACKAGES)) from error
    return bytes(HTML(string=page).write_pdf())


def write_html(certificate: Certificate, issuer: Issuer, language: Language) -> str:
    """The page before it is laid out; it needs nothing else."""
    import segno
    from jinja2 import Environment, PackageLoader, StrictUndefined

    if certificate.issued_at is None:
        raise NotIssued
    other: Language = "en" if language == "ar" else "ar"
    award, address = certificate.award, issuer.page(certificate.short_id)
    texts = catalogue("hackathon.outreach.certificates")
    issued_on = certificate.issued_at.astimezone(CITY_ZONE).date()
    expires_at = award.expires_at
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=PackageLoader("hackathon.outreach.certificates", ""),
    )
    return environment.get_template("certificate.html").render(
        language=language,
        direction=direction(language),
        issuer=issuer.name_ar if language == "ar" else issuer.name_en,
        created=f"{certificate.issued_at:%Y-%m-%dT%H:%M:%SZ}",
        name=certificate.names.shown(language),
        other_name=certificate.names.shown(other),
        other_language=other,
        other_direction=direction(other),
        title=title(award, language),
        description=description(award, language),
        figures=figures(award, language),
        issued_on=texts.text("said.issued_on", language, day=day_text(issued_on, language)),
        expires_on=None
        if expires_at is None
        else texts.text(
            "said.expires_on", language, day=day_text(expires_at.astimezone(CITY_ZONE).date(), language)
        ),
        short_id=certificate.short_id,
        address=address,
        code=segno.make(address, error="m").svg_data_uri(border=0, dark="#0b3a4a"),
        length=_length,
        text=lambda key: texts.text(f"said.{key}", language),
    )


def _length(text: str, long: int, longest: int) -> str:
    """The class of a text by its length, so that what anybody may be called fits above the foot of the page."""
    return " is-longest" if len(text) > longest else " is-long" if len(text) > long else ""
