"""Runs of a DOCX: the letters people see with their look, and the rules that text itself draws."""

import unicodedata

from templates.checker.model import Rule, Run
from templates.checker.styles import Props
from templates.fonts import width_mm

_UNDERSCORES = frozenset("_-–—─━¯")


def made_run(text: str, props: Props, number: int) -> Run:
    """Letters of one look, by their effective properties; `number` is the run's ordinal in its paragraph."""
    if props.get("caps"):
        text = text.upper()
    composed = unicodedata.normalize("NFC", text)
    fonts = []
    if any(letter < "\x80" and not letter.isspace() for letter in composed):
        fonts.append(props["ascii"])
    if any(letter >= "\xa1" for letter in composed) and props["hAnsi"] not in fonts:
        fonts.append(props["hAnsi"])
    return Run(
        text=text,
        fonts=tuple(fonts),
        size_pt=props["sz"],
        bold=bool(props.get("b")),
        italic=bool(props.get("i")),
        underline=bool(props.get("u")),
        colour=props.get("color"),
        marked=bool(props.get("highlight") or props.get("shd")),
        number=number,
        by_style=bool(props.get("caps")),
    )


def plain(piece: list[Run]) -> str:
    """The letters of runs that follow each other."""
    return "".join(run.text for run in piece)


def own_rules(text: str, runs: tuple[Run, ...]) -> tuple[Rule, ...]:
    """A row of underscores, or text that is underlined as a whole."""
    if len(text) >= 3 and set(text) <= _UNDERSCORES:
        size = runs[0].size_pt if runs else 13.0
        return (Rule(width_mm(text, size_pt=size, bold=False), "underscores"),)
    seen = [run for run in runs if run.text.strip()]
    if seen and all(run.underline for run in seen):
        return (Rule(width_mm(text, size_pt=seen[0].size_pt, bold=seen[0].bold), "underline"),)
    return ()
