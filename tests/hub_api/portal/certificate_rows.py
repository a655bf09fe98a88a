"""Who gets into the pages of certificates: rows of the access matrix."""

from __future__ import annotations


def rows(
    everybody: frozenset[str],
    signed: frozenset[str],
    staff: frozenset[str],
    administrator: frozenset[str],
    programme: frozenset[str],
    hosts: frozenset[str],
) -> dict[str, frozenset[str]]:
    """``holder`` is whose the certificate is."""
    holder = frozenset({"mate"})
    return {
        "GET /portal/certificates": everybody,
        "POST /portal/certificates": everybody,
        "POST /portal/certificates/file": everybody,
        "GET /portal/certificates/status/{number}": everybody,
        "GET /portal/certificates/{short_id}": everybody,
        "GET /portal/certificates/{short_id}/credential": everybody,
        "GET /portal/account/certificates": signed,
        "GET /portal/account/certificates/{certificate_id}": holder,
        "POST /portal/account/certificates/{certificate_id}/issue": holder,
        "POST /portal/account/certificates/{certificate_id}/step": holder,
        "GET /portal/account/certificates/{certificate_id}/paper/{language}": holder,
        "GET /portal/account/certificates/{certificate_id}/credential": holder,
        "GET /portal/hackathons/{judged_id}/desk/certificates": hosts,
        "GET /portal/hackathons/{draft_id}/desk/certificates": programme,
        "POST /portal/hackathons/{judged_id}/desk/certificates/offer": hosts,
        "GET /portal/desk/certificates": staff,
        "POST /portal/desk/certificates/terms": staff,
        "POST /portal/desk/certificates/bulk": staff,
        "POST /portal/hackathons/{judged_id}/desk/certificates/bulk": hosts,
        # That of a hackathon is nothing to coordinators, who look after terms.
        "GET /portal/desk/certificates/{certificate_id}": hosts,
        "POST /portal/desk/certificates/{certificate_id}/step": administrator,
        "POST /portal/desk/certificates/{certificate_id}/again": hosts,
    }


FORMS: dict[str, dict[str, str]] = {
    "POST /portal/desk/certificates/terms": {"ambassador": "{ambassador_id}"},
    "POST /portal/desk/certificates/{certificate_id}/step": {
        "event": "revoke",
        "reason": "mistake",
        "version": "99",
    },
    "POST /portal/certificates": {"credential": "nonsense"},
    "POST /portal/account/certificates/{certificate_id}/issue": {
        "name_ar": "م",
        "name_en": "M",
        "version": "99",
    },
    "POST /portal/account/certificates/{certificate_id}/step": {"event": "give_back", "version": "99"},
}
