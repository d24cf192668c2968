"""What may change after a signature: less than the generic rules allow.

Each revision is compared with the one before it, once; a signature then answers for all the revisions after its own.
pyHanko's difference analysis says what kind of change a revision is. It accepts any form filling after an ordinary
signature, which lets a known forgery pass: a field whose picture says something else than when it was signed. Here a
field may change after a signature only when that signature's own FieldMDP leaves it open *and* it was empty before,
in value and in picture; and a signature field made afterwards may not hide what was signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DiffResult,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    GenericFieldModificationRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.constants import ACROFORM_EXEMPT_STRICT_COMPARISON
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm

from signing.appended import is_unambiguous
from signing.describing import is_described_alike
from signing.entries import entry
from signing.form_fields import form_fields
from signing.hiding import hides_content
from signing.once_reader import OnceReader
from signing.outcome import CHANGED, COVERED, FIELD_CHANGED, Outcome

FieldState = tuple[str, bytes]
_EMPTY: FieldState = ("", b"")
_DRAWN_BY = ("/DR", "/DA", "/Q")
_SIGNATURE = "/Sig"


def _policy(*ignored: str) -> StandardDiffPolicy:
    """As pyHanko's own, but the picture of a text field is never replaced in place; `ignored` keys may change."""
    return StandardDiffPolicy(
        global_rules=[
            CatalogModificationRule(),
            DocInfoRule().as_qualified(ModificationLevel.LTA_UPDATES),
            XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
            ObjectStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
            DSSCompareRule().as_qualified(ModificationLevel.LTA_UPDATES),
            MetadataUpdateRule().as_qualified(ModificationLevel.LTA_UPDATES),
        ],
        form_rule=FormUpdatingRule(
            field_rules=[
                SigFieldCreationRule(allow_new_visible_after_certify=True),
                SigFieldModificationRule(),
                GenericFieldModificationRule(allow_in_place_appearance_stream_changes=False),
            ],
            ignored_acroform_keys=ACROFORM_EXEMPT_STRICT_COMPARISON | set(ignored),
        ),
    )


_POLICY = _policy()
# The first signature says of the file that it is signed from now on (ISO 32000-2, 12.7.3).
_BEFORE_ANY_SIGNATURE = _policy("/SigFlags")


@dataclass(frozen=True)
class Step:
    """What one revision changed: `texts` are text fields with whether they were empty before."""

    level: ModificationLevel
    refused: bool
    texts: Mapping[str, bool]
    signatures: tuple[str, ...]
    made_visible: tuple[str, ...]


class Revisions:
    """The revisions of a file, each compared with the one before it when first asked for.

    `is_unsigned` is for what happened before any signature: then the first one may be made.
    """

    def __init__(self, pdf: bytes, reader: OnceReader, *, is_unsigned: bool = False) -> None:
        self._pdf = pdf
        self._policy = _BEFORE_ANY_SIGNATURE if is_unsigned else _POLICY
        self._reader = reader
        self._steps: dict[int, Step] = {}
        self._forms: dict[int, _Form] = {}
        self._hidden: dict[str, bool] = {}
        self.count: int = reader.xrefs.total_revisions

    def later_changes(
        self, revision: int, lock: FieldMDPSpec | None, permission: MDPPerm | None
    ) -> tuple[Outcome | None, tuple[str, ...]]:
        """What is wrong with the changes after a revision, None when nothing is; and their names.

        `lock` and `permission` are what the signature of that revision allows (FieldMDP, DocMDP).
        """
        names: list[str] = []
        problem: Outcome | None = None
        for number in range(revision + 1, self.count):
            step = self._step(number)
            names += [f"field:{name}" for name in step.texts] + [f"signature:{name}" for name in step.signatures]
            problem = problem or self._judge(step, lock, permission)
        return problem, tuple(dict.fromkeys(names))

    def fields_after(self, revision: int, lock: FieldMDPSpec | None, permission: MDPPerm | None) -> dict[str, bool]:
        """The text fields that changed after a revision, and whether each change was allowed."""
        changed: dict[str, bool] = {}
        for number in range(revision + 1, self.count):
            for name, was_empty in self._step(number).texts.items():
                allowed = was_empty and left_open(lock, name) and permission != MDPPerm.NO_CHANGES
                changed[name] = allowed and changed.get(name, True)
        return changed

    @staticmethod
    def may_sign(name: str, lock: FieldMDPSpec | None, permission: MDPPerm | None) -> bool:
        """Whether a signature lets another be made in this field."""
        return permission != MDPPerm.NO_CHANGES and not (lock is not None and lock.is_locked(name))

    def _judge(self, step: Step, lock: FieldMDPSpec | None, permission: MDPPerm | None) -> Outcome | None:
        if not all(empty and left_open(lock, name) for name, empty in step.texts.items()):
            return FIELD_CHANGED
        if step.refused or step.level > ModificationLevel.FORM_FILLING:
            return CHANGED
        if permission is not None and (step.level.value > permission.value or step.made_visible):
            return CHANGED
        if not all(self.may_sign(name, lock, permission) for name in step.signatures):
            return CHANGED
        return COVERED if any(self._hides(name) for name in step.made_visible) else None

    def _step(self, number: int) -> Step:
        if number not in self._steps:
            self._steps[number] = self._compare(number)
        return self._steps[number]

    def _compare(self, number: int) -> Step:
        old = self._reader.get_historical_resolver(number - 1)
        new = self._reader.get_historical_resolver(number)
        was, is_now = self._form(number - 1, old), self._form(number, new)
        before, after = was.texts, is_now.texts
        texts = {
            name: before.get(name) == _EMPTY
            for name in sorted(set(before) | set(after))
            if before.get(name) != after.get(name)
        }
        made_visible = tuple(sorted(is_now.visible - was.visible))
        found = self._compared(old, new) if was.is_tree and is_now.is_tree else None
        if found is None:
            return Step(ModificationLevel.OTHER, refused=True, texts=texts, signatures=(), made_visible=made_visible)
        changed = set(found.changed_form_fields)
        unknown = {name for name in changed if name in before and name not in texts}
        return Step(
            level=found.modification_level,
            refused=bool(unknown) or _redraws(old, new, texts=bool(before)) or not self._is_plain(number, old, new),
            texts=texts,
            signatures=tuple(sorted(changed - set(before) - set(after))),
            made_visible=made_visible,
        )

    def _compared(self, old: HistoricalResolver, new: HistoricalResolver) -> DiffResult | None:
        try:
            return self._policy.apply(old, new)
        except Exception:  # noqa: BLE001 - what it cannot compare is no more known to be lawful than what it refuses
            return None

    def _is_plain(self, number: int, old: HistoricalResolver, new: HistoricalResolver) -> bool:
        return is_unambiguous(self._pdf, self._reader, number) and is_described_alike(old, new)

    def _form(self, number: int, resolver: HistoricalResolver) -> "_Form":
        if number not in self._forms:
            self._forms[number] = _read_form(resolver)
        return self._forms[number]

    def _hides(self, name: str) -> bool:
        if name not in self._hidden:
            self._hidden[name] = hides_content(self._pdf, name)
        return self._hidden[name]


def left_open(lock: FieldMDPSpec | None, name: str) -> bool:
    """Whether a signature's lock says in so many words that this field may still be filled."""
    if lock is None or lock.action == FieldMDPAction.ALL:
        return False
    listed = name in (lock.fields or ())
    return listed if lock.action == FieldMDPAction.EXCLUDE else not listed


@dataclass(frozen=True)
class _Form:
    """The form in one revision: its text fields, and its signature fields that show something.

    `is_tree` tells that no field is in two places, of which two readers could take one each.
    """

    texts: Mapping[str, FieldState]
    visible: frozenset[str]
    is_tree: bool


def _read_form(resolver: HistoricalResolver) -> _Form:
    fields = [field for field in form_fields(resolver.root) if field.kind is not None]
    signatures = [field for field in fields if field.kind == _SIGNATURE]
    return _Form(
        texts={field.name: _state(field.field) for field in fields if field.kind != _SIGNATURE},
        visible=frozenset(s.name for s in signatures if any(map(_area, _widgets(s.field)))),
        is_tree=not any(field.again for field in fields),
    )


def _widgets(field: Any) -> list[Any]:
    kids = [kid.get_object() for kid in entry(field, "/Kids", ())]
    return [field, *(kid for kid in kids if "/T" not in kid)]


def _state(field: Any) -> FieldState:
    value = str(entry(field, "/V", ""))
    return value, b"".join(_picture(widget) for widget in _widgets(field))


def _picture(widget: Any) -> bytes:
    if "/AP" not in widget:
        return b""
    pictures = widget["/AP"]
    normal = entry(pictures, "/N", None)
    state = repr(widget["/AS"]).encode() if "/AS" in widget else b""
    return (normal.data if isinstance(normal, StreamObject) else repr(normal).encode()) + state


def _area(widget: Any) -> float:
    if "/Rect" not in widget:
        return 0
    left, bottom, right, top = (float(n) for n in widget["/Rect"])
    return abs(right - left) * abs(top - bottom)


def _redraws(old: HistoricalResolver, new: HistoricalResolver, *, texts: bool) -> bool:
    """Whether the revision makes viewers draw the fields anew, in another way than they were signed."""
    before, after = old.root["/AcroForm"], new.root["/AcroForm"]
    if "/NeedAppearances" in after and bool(after["/NeedAppearances"]):
        # With the very fonts, too: a font of another shape makes another text.
        was_asked = "/NeedAppearances" in before and bool(before["/NeedAppearances"])
        return not was_asked or any(entry(before, key, None) != entry(after, key, None) for key in _DRAWN_BY)
    return texts and any(key in before and (key not in after or before[key] != after[key]) for key in ("/DA", "/Q"))
