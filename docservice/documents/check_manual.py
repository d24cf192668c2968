"""The manual's list of the checker's rules, written from the rules themselves.

`python -m docservice.documents.check_manual` writes it anew; a test compares what is committed with what is written.
"""

from pathlib import Path

from docservice.documents.checking import PARTS, sentences_of
from templates.checker.rules import RULES, Rule

MANUAL = Path("docs/checks.md")
_HEAD = """# What `docservice check` checks

`docservice check FILE... [--json] [--fix OUT.docx] [--lang vi|en]` reads DOCX and PDF files and says where they differ
from Decree 30/2020/NĐ-CP. It exits 0 when no error was found (warnings alone are none), 1 when there were errors, 2
when a file could not be read; with several files the highest. With `--json` each file is one line:
`{"file","kind","error":{"code","message"}|null,"findings":[{"rule","component","severity","legal_basis","page","text","fix"}]}`.
`component` is the box of the decree's map, or `page`, `annex`, `font`, `unicode`.

- A DOCX is read with its effective look: document defaults, table, paragraph and character styles with their parents,
  theme fonts, numbering, direct settings; heads and feet in tables, text boxes or tabs; rules as borders, shapes, old
  VML lines or underscores. Nothing is fetched. Where a DOCX does not tell its pages, `page` is told from its page
  breaks, and a document is taken to have several pages only when its text cannot fit on one.
- A PDF is read by what its pages show; what cannot be seen there (indents, spacing, hidden signs) is not judged.
  Liberation Serif counts as Times New Roman, whose measures it has. A scan ends in `pdf_without_text`.
- Documents outside the decree (normative, Party) are named (`page.family`), and only pages, fonts, letters and the
  line of number (`3.normative`, `3.party`) are judged.
- Of one rule at most ten places are told; the tenth says how many more there are.
- `--fix` mends what can be mended without knowing what the author meant, and says what it did; the fix of such a
  finding ends in “(--fix sửa được)”. A file without any header gets no page numbers: that is left to people.
- The drafting page runs the same check on the form as it is typed (`POST /drafts/check/KIND`).
- Not covered: secrecy marks (box 10a; intake holds such files), signatures and seals (boxes 7c, 8, 14; see
  `docservice verify`), whether the place is the right one, whether a title belongs to the signer, spelling.

"""


def manual() -> str:
    """The page as Markdown."""
    lines = [_HEAD]
    components = list(dict.fromkeys(rule.component for rule in RULES.values()))
    lines.append(f"{len(RULES)} rules, valid from 05/3/2020 unless told otherwise.\n")
    for component in components:
        lines.append(f"## {component}\n\n| rule | severity | what it says | where it stands |\n|---|---|---|---|")
        lines += [_row(rule) for rule in RULES.values() if rule.component == component]
        lines.append("")
    return "\n".join(lines)


def _row(rule: Rule) -> str:
    said = sentences_of(rule)[0] if not rule.fault else _of_part(rule)
    until = f" (until {rule.valid_to:%d/%m/%Y})" if rule.valid_to else ""
    return f"| `{rule.code}` | {rule.severity} | {said} | {rule.legal_basis}{until} |"


def _of_part(rule: Rule) -> str:
    """A component's name, and what of its letters is looked at."""
    asked = {"size": "cỡ chữ", "weight": "đậm", "slant": "nghiêng", "capitals": "in hoa", "align": "canh giữa"}
    return f"{PARTS[rule.part]}: {asked[rule.fault]}"


if __name__ == "__main__":
    MANUAL.write_text(manual(), encoding="utf-8")
