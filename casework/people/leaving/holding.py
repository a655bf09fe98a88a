"""What is held about an account itself."""

from __future__ import annotations

from casework.people.holders import Holder, anonymised, deleted, kept
from citycore.store.queries import load_queries

QUERIES = load_queries("casework.people.leaving")
HOLDER = Holder(
    QUERIES,
    {
        "account": "export_account",
        "password": "export_password",
        "sessions": "export_sessions",
        "links": "export_links",
        "sign_in_services": "export_identities",
        "roles": "export_roles",
        "readings": "export_readings",
        "mails": "export_mails",
        "log": "export_lines",
    },
    # Some are found by the address, which goes last.
    (
        deleted("sessions", "erase_sessions"),
        deleted("links", "erase_links"),
        deleted("passwords", "erase_password"),
        deleted("identities", "erase_identities"),
        deleted("sign_ups", "erase_sign_ups"),
        deleted("outbox", "erase_mails"),
        anonymised("role_grants", "erase_roles"),
        kept("audit", "count_lines", "audit_keys"),
        kept("readings", "count_readings", "readings"),
        kept("role_grants", "count_given", "granted_by"),
        kept("decisions", "count_decisions", "audit_keys"),
        kept("deadline_extensions", "count_extensions", "audit_keys"),
        anonymised("people", "erase_account"),
    ),
    others=frozenset({"erasures"}),
)
