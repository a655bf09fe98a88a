"""The pages for people: made here, so that reading them sends no request to anybody else."""

from __future__ import annotations

from html import escape
from typing import Any

from citycore.language import Language, direction, isolate
from hub_api.documentation.openapi import operations
from hub_api.problems import CODES
from hub_api.texts import TEXTS

Json = dict[str, Any]
OTHER: dict[Language, tuple[Language, str]] = {"en": ("ar", "العربية"), "ar": ("en", "English")}

STYLE = """
:root{color-scheme:light dark;--line:color-mix(in srgb,currentColor 18%,transparent);--accent:#0b7285}
@media(prefers-color-scheme:dark){:root{--accent:#66d9e8}}
body{margin:0 auto;max-width:62rem;padding:1.5rem;font:16px/1.6 system-ui,"Noto Naskh Arabic",sans-serif}
h1{font-size:1.9rem;margin:.2em 0}h2{margin:2.4rem 0 .3rem;padding-top:1rem;border-top:1px solid var(--line)}
a{color:var(--accent)}code,pre{font:14px/1.5 ui-monospace,monospace;direction:ltr;unicode-bidi:isolate}
code{overflow-wrap:anywhere}
pre{overflow-x:auto;padding:.6rem .8rem;border:1px solid var(--line);border-radius:6px;text-align:left}
table{border-collapse:collapse;width:100%}th,td{text-align:start;vertical-align:top;padding:.35rem .6rem;
border-bottom:1px solid var(--line)}header{display:flex;justify-content:space-between;align-items:baseline}
nav ul{columns:2;padding-inline-start:1.2rem}h2 code{font-size:1rem;font-weight:400}
"""


def docs_page(document: Json, language: Language, base_url: str) -> str:
    """The reference of the API as one HTML page, from its described OpenAPI document."""
    rows = [(path, method) for path, methods in document["paths"].items() for method in methods.values()]
    contents = "".join(
        f'<li><a href="#{escape(operation["operationId"])}">{escape(operation["summary"])}</a></li>'
        for operation in operations(document)
    )
    body = "".join(_operation(path, operation, language, base_url) for path, operation in rows)
    intro = (
        f"<p>{escape(document['info']['description'])}</p>{_rules(language)}<nav><ul>{contents}</ul></nav>"
    )
    return _frame(language, TEXTS.text("docs.title", language), "/docs", intro + body + _problems(language))


def problem_page(code: str, language: Language) -> str:
    """What one kind of problem means and what to do, as HTML."""
    title = TEXTS.text(f"problem.{code}.title", language)
    body = (
        f"<p><code>{escape(code)}</code></p><p>{escape(TEXTS.text(f'problem.{code}.detail', language))}</p>"
    )
    back = f'<p><a href="/docs?lang={language}">{escape(TEXTS.text("docs.title", language))}</a></p>'
    return _frame(language, title, f"/problems/{code.replace('_', '-')}", body + back)


def _frame(language: Language, title: str, path: str, body: str) -> str:
    other, other_name = OTHER[language]
    return (
        f'<!doctype html><html lang="{language}" dir="{direction(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><header><h1>{escape(title)}</h1>"
        f'<a href="{path}?lang={other}" lang="{other}" hreflang="{other}">{other_name}</a></header>'
        f"<main>{body}</main></body></html>"
    )


def _rules(language: Language) -> str:
    rules = TEXTS.text("docs.rules", language).strip().splitlines()
    document = f'<li><a href="/openapi.json?lang={language}">OpenAPI 3.1</a></li>'
    return "<ul>" + "".join(f"<li>{escape(rule)}</li>" for rule in rules) + document + "</ul>"


def _operation(path: str, operation: Json, language: Language, base_url: str) -> str:
    return (
        f'<section id="{escape(operation["operationId"])}"><h2>{escape(operation["summary"])} '
        f"<code>GET {escape(path)}</code></h2><p>{escape(operation['description'])}</p>"
        f"{_parameters(operation, language)}{_examples(operation, language, base_url)}</section>"
    )


def _parameters(operation: Json, language: Language) -> str:
    parameters = operation.get("parameters", [])
    heads = ("parameter", "meaning", "values")
    head = "".join(f"<th>{escape(TEXTS.text(f'docs.{name}', language))}</th>" for name in heads)
    rows = "".join(
        f"<tr><td><code>{escape(parameter['name'])}</code></td><td>{escape(parameter['description'])}</td>"
        f"<td>{_values(parameter, language)}</td></tr>"
        for parameter in parameters
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""


def _values(parameter: Json, language: Language) -> str:
    schema = parameter["schema"]
    if "enum" in schema:
        return " · ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if "maximum" in schema and "default" in schema:
        low, high = schema.get("minimum", 0), schema["maximum"]
        limits = isolate(f"{low}–{high}")
        return escape(TEXTS.text("docs.range", language, limits=limits, default=schema["default"]))
    if "example" in parameter:
        return f"<code>{escape(str(parameter['example']))}</code>"
    return f"<code>{escape(schema.get('format', schema.get('type', '')))}</code>"


def _examples(operation: Json, language: Language, base_url: str) -> str:
    blocks = "".join(
        f"<pre>curl '{escape(base_url.rstrip('/') + url)}'</pre>"
        f'<p><a href="{escape(url)}">{escape(TEXTS.text("docs.open", language))}</a></p>'
        for url in operation["x-examples"]
    )
    return f"<h3>{escape(TEXTS.text('docs.examples', language))}</h3>{blocks}"


def _problems(language: Language) -> str:
    rows = "".join(
        f'<li><a href="/problems/{code.replace("_", "-")}?lang={language}"><code>{code}</code></a> '
        f"{escape(TEXTS.text(f'problem.{code}.title', language))}</li>"
        for code in CODES
    )
    return f"<h2>{escape(TEXTS.text('docs.problems', language))}</h2><ul>{rows}</ul>"
