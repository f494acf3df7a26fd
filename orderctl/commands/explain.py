"""`explain`: what an answer of an exchange means, by its code, its HTTP status or its text; no stack is asked."""

from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

import typer

from orderctl.command import Run
from orderctl.layout import Facts
from orderctl.sources import exchange
from orderctl.trouble import ExitCode
from orderexec.venues.classifier import UNLISTED, Known, Table

_LEAST_TEXT = 4  # characters of a text, or too much has it


class Found(NamedTuple):
    """One entry of a table of errors, and by what it was found."""

    by: str
    known: Known


def explain(
    run: Run,
    venue: Annotated[str, typer.Argument(help="The venue, such as binance-spot or bybit.")],
    answer: Annotated[str, typer.Argument(help="A code, an HTTP status, or some words of the exchange's text.")],
) -> ExitCode:
    """Say what an answer of an exchange means, and what to do: by its code, its HTTP status or its text.

    It is read in the very table by which the function judges the answer. Exit code 1 if nothing there is like it.
    """
    table = exchange.load_table(venue)
    found = list(find(answer, table))
    document: dict[str, Any] = {"venue": venue, "answer": answer, "entries": [_build_document(each) for each in found]}
    if not found:
        text = f"{venue} lists no {answer!r}: {UNLISTED.what}, and is looked for before anything is sent again"
        run.screen.answer(document, text)
        return ExitCode.FINDING
    parts: list[Any] = [part for each in found for part in ("", Facts(_render(each)))]
    run.screen.answer(document, *parts[1:])
    return ExitCode.DONE


def find(answer: str, table: Table) -> Iterator[Found]:
    """Yield what the answer may be: the number of a code or of a status, else a part of a text, in any letters."""
    answer = answer.strip()
    number = answer.removeprefix("HTTP ")
    digits = number.removeprefix("-")
    if digits.isascii() and digits.isdigit():
        yield from _find_number(number, table)
    elif len(answer) >= _LEAST_TEXT:
        yield from _find_text(answer.lower(), table)


def _find_number(answer: str, table: Table) -> Iterator[Found]:
    # An exchange may have only codes below zero, which shells and people like to have without the sign.
    code = answer if answer in table.codes else f"-{answer}"
    if code in table.codes:
        yield Found(f"code {code}", table.codes[code])
    if not answer.isdigit():
        return
    status = int(answer)
    for statuses, which in ((table.statuses, ""), (table.codeless_statuses, " without a code")):
        if status in statuses:
            yield Found(f"HTTP {status}{which}", statuses[status])
    for texts in (table.status_parts, table.status_texts):
        yield from (Found(f"HTTP {of} with {text!r}", known) for (of, text), known in texts.items() if of == status)


def _find_text(part: str, table: Table) -> Iterator[Found]:
    yield from (Found(f"text {text!r}", known) for text, known in table.texts.items() if part in text.lower())
    for texts in (table.status_parts, table.status_texts):
        for (status, text), known in texts.items():
            if part in text.lower():
                yield Found(f"HTTP {status} with {text!r}", known)
    yield from (Found(f"code {code}", known) for code, known in table.codes.items() if part in known.name.lower())


def _build_document(found: Found) -> dict[str, Any]:
    known = found.known
    return {
        "found_by": found.by,
        "name": known.name,
        "class": known.meaning.value,
        "meaning": known.what,
        "to_do": known.do.words,
        "remedy": known.do.remedy.value,
    }


def _render(found: Found) -> dict[str, str]:
    known = found.known
    return {
        "answer": f"{found.by}: {known.name}",
        "class": known.meaning.value,
        "means": known.what,
        "to do": known.do.words,
    }
