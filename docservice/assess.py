"""`docservice assess`: the agency's self-assessment after Annex VI of Decree 30/2020, to print."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from docservice.assessment.findings import assess
from docservice.bootstrap import build
from docservice.core.out_files import PlaceUnwritable
from docservice.core.work import SYSTEM
from docservice.identity import queries
from docservice.identity.errors import AgencyUnknown
from docservice.settings import Settings
from templates.assessment_paper import assessment_paper


def run_assess(settings: Settings, *, code: str, out: Path | None, as_json: bool) -> int:
    """Write the paper, or print the answers as JSON; returns 0 when the annex is met, 1 when it is not.

    Raises `AgencyUnknown`, `PlaceUnwritable`.
    """
    node = build(settings)
    try:
        with node.transactions.reading(SYSTEM) as reading:
            agency = queries.agency_by_code(reading, code)
            if agency is None:
                raise AgencyUnknown(code=code)
            made = assess(reading, settings, agency)
    finally:
        node.close()
    if out is not None:
        try:
            out.write_bytes(assessment_paper(made))
        except OSError as error:
            raise PlaceUnwritable(place=str(out)) from error
    if as_json:
        sys.stdout.write(json.dumps(asdict(made) | {"on": made.on.isoformat()}, ensure_ascii=False) + "\n")
    else:
        counts = "; ".join(f"{name} {count}" for name, count in made.counts)
        sys.stdout.write(f"{made.agency}: {counts}.\n{made.conclusion}\n")
    return 0 if all(item.state == "met" for section in made.sections for item in section.items) else 1
