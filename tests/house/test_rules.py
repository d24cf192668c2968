"""The rules of the house, as checks: each names what to do when it fails."""

import ast
import json
import re
import shutil
import subprocess
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import docservice
from docservice.bootstrap import JOB_MODULES, PERIODIC
from docservice.core.errors import DocError
from docservice.core.runner import job_names
from docservice.core.words import say
from docservice.documents.facts import _WAITS_FOR, STATUS_NAMES
from docservice.documents.status import TRANSITIONS, Status, Verb
from docservice.settings import Settings
from docservice.web.labels import JOBS
from docservice.workflow.transitions import ACTS

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("docservice", "signing", "search", "templates", "storage")
MODULES = sorted(p for name in PACKAGES for p in (ROOT / name).rglob("*.py") if "migrations/versions" not in str(p))
LONGEST_FILE, LONGEST_FUNCTION = 420, 60


def tracked() -> list[Path]:
    git = shutil.which("git") or "git"
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def descendants(kind: type[DocError]) -> list[type[DocError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in descendants(child))]


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_says_why_it_exists_and_stays_short(module: Path) -> None:
    source = module.read_text("utf-8")
    tree = ast.parse(source)
    if module.name != "__init__.py" or tree.body:
        assert ast.get_docstring(tree), "begin the module with a docstring that says why it exists"
    assert source.count("\n") <= LONGEST_FILE, "split the module"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.end_lineno:
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, f"split {node.name}"


def test_every_setting_is_documented() -> None:
    manual = (ROOT / "docs/settings.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", manual, re.MULTILINE))
    wanted = {name.upper(): str(field.default) for name, field in Settings.model_fields.items()}
    assert set(rows) == set(wanted)
    for name, default in wanted.items():
        assert rows[name] == f"`{default}`", name


def test_every_job_has_a_name_of_its_slice_and_a_docstring() -> None:
    assert {name.split(".")[0] for name in job_names() if not name.startswith("test.")} <= {
        module.__name__.split(".")[1] for module in JOB_MODULES
    }
    assert set(PERIODIC) <= job_names()
    # The operations page names what runs in the words of its reader.
    assert {name for name in job_names() if not name.startswith("test.")} <= set(JOBS), "add it to web/labels.py"


def test_every_status_has_a_name_and_somebody_it_waits_for() -> None:
    assert set(STATUS_NAMES) == set(Status) == set(_WAITS_FOR)
    reached = set(TRANSITIONS.values())
    assert reached == set(Status)


def test_every_act_of_a_person_is_somewhere_possible() -> None:
    assert set(ACTS) <= {verb for _, verb in TRANSITIONS}
    by_the_system = {Verb.RENDERED, Verb.RENDER_FAILED, Verb.SIGNED, Verb.NUMBER_WRITTEN, Verb.SEALED}
    by_the_system |= {Verb.SIGNING_ENDED, Verb.ARRIVE, Verb.VERIFY, Verb.SKIP_CHECK_CONTENT, Verb.SKIP_CHECK_FORM}
    by_the_system |= {Verb.ASK_SECRETARY, Verb.COUNTERSIGNED, Verb.COPY_READY, Verb.COPY_PRINTED, Verb.COPY_FAILED}
    by_the_system |= {Verb.ROUTE, Verb.SIGNED_IN_TURN, Verb.ALL_SIGNED}
    by_the_system |= {Verb.PARTNER_SIGNED, Verb.PARTNER_REFUSED, Verb.CALLED_BACK, Verb.NOT_CALLED_BACK, Verb.JOIN}
    assert set(Verb) == set(ACTS) | by_the_system


def test_the_migrations_are_one_chain() -> None:
    """Two that follow the same one are merged without a word and stop every node at its next start."""
    revisions = {}
    for file in (ROOT / "docservice/migrations/versions").glob("*.py"):
        named = dict(
            re.findall(r'^(down_revision|revision)\b[^=]*= (?:"(\w+)"|None)', file.read_text("utf-8"), re.MULTILINE)
        )
        assert named["revision"] not in revisions, file.name
        revisions[named["revision"]] = named["down_revision"]
    assert len(set(revisions.values())) == len(revisions), "two migrations follow one"


def test_every_error_has_its_own_code_and_both_languages() -> None:
    for module in walk_packages(docservice.__path__, "docservice."):
        # Imported here: what nobody has imported has no subclasses yet.
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            import_module(module.name)
    kinds = [kind for kind in descendants(DocError) if kind.__module__.startswith("docservice.")]
    codes = [kind.code for kind in kinds]
    assert sorted(codes) == sorted(set(codes)), "two errors share a code"
    for kind in kinds:
        assert say(kind.message, "en") != kind.message, f"{kind.__name__} has no English sentence in locales/en.po"
        places = set(re.findall(r"{(\w+)}", kind.message))
        assert places == set(re.findall(r"{(\w+)}", say(kind.message, "en"))), kind.__name__


def test_every_marked_text_is_in_the_english_catalogue() -> None:
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
                message = ast.literal_eval(node.args[0])
                assert say(message, "en") != message, f"{module.name}: {message}"


def words_of_the_pages() -> set[str]:
    """What the pages say: each text they put through `_`."""
    said = re.compile(r"""\b_\(\s*(?:"([^"]*)"|'([^']*)')""")
    pages = (ROOT / "docservice/web/pages").glob("*.html")
    return {found[1] or found[2] for page in pages for found in said.finditer(page.read_text("utf-8"))}


def test_every_word_of_the_pages_is_in_the_english_catalogue() -> None:
    words = words_of_the_pages()
    assert len(words) > 200
    for message in words:
        english = say(message, "en")
        assert english != message, f"no English for: {message}"
        assert set(re.findall(r"{(\w+)}", message)) == set(re.findall(r"{(\w+)}", english)), message


def test_no_page_says_vietnamese_past_the_catalogue() -> None:
    marks = re.compile("[ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)
    written = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
    # What goes into a document is Vietnamese in either language, and a language is named in itself.
    kept = (
        "Chữ ký số không hợp lệ; đề nghị ký",
        "đề nghị kiểm tra và gửi lại",
        "Kính trình lãnh đạo",
        "Đề nghị giao",
        "chủ trì.",
        ">Tiếng Việt<",
    )
    for page in (ROOT / "docservice/web/pages").glob("*.html"):
        for line in written.sub("", page.read_text("utf-8")).splitlines():
            assert not marks.search(line) or any(words in line for words in kept), f"{page.name}: {line.strip()}"


def test_nothing_committed_names_this_machine() -> None:
    # The pattern is put together here, so that this file does not find itself.
    places = re.compile("|".join(rf"(?<![\w./-])/{name}/[a-z]" for name in ("work", "home", "root")))
    for path in tracked():
        if path.suffix in {".py", ".md", ".toml", ".txt", ".sh", ".yml", ".json", ".lock", ".html", ""}:
            text = path.read_text("utf-8", errors="ignore")
            assert not places.search(text), f"{path.relative_to(ROOT)}: {places.search(text)}"


def test_the_locks_name_no_registry() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-node.lock"):
        text = (ROOT / name).read_text("utf-8")
        assert "://" not in text
        assert "--index" not in text
        for requirement in re.findall(r"^[a-z0-9].*$", text, re.MULTILINE):
            assert "==" in requirement, requirement


def test_the_browser_packages_are_pinned_without_a_registry() -> None:
    package = json.loads((ROOT / "docservice/web/package.json").read_text("utf-8"))
    lock = json.loads((ROOT / "docservice/web/package-lock.json").read_text("utf-8"))
    for name, version in (package["dependencies"] | package["devDependencies"]).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+|file:stubs/\w+", version), name
    assert "://" not in json.dumps({path: entry.get("resolved", "") for path, entry in lock["packages"].items()})


def test_nobody_patches() -> None:
    forbidden = ("mock" + ".patch", "monkeypatch" + ".setattr", "unittest" + ".mock")
    for path in (ROOT / "tests").rglob("*.py"):
        text = path.read_text("utf-8")
        assert not any(word in text for word in forbidden), path.name


def test_only_the_settings_read_the_environment() -> None:
    allowed = {"settings.py", "sandbox_child.py", "sandbox_slot.py", "sandbox_probe.py"}
    for module in MODULES:
        if module.name not in allowed:
            source = module.read_text("utf-8")
            assert "os.environ" not in source and "getenv" not in source, module.name  # noqa: PT018 - one rule
