"""The command line. Each command is a function of a module beside this one; here only words become calls."""

import argparse
import errno
import io
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from docservice.core.clock import VIETNAM
from docservice.core.errors import DocError, Unavailable
from docservice.core.logs import set_up_logs
from docservice.core.words import N_, say
from docservice.settings import Settings

# Nobody signed before, and reckoning with years after overflows.
_YEARS = range(1970, 9999)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. An expected error is one sentence on stderr, never a traceback."""
    parsed = _parser().parse_args(arguments)
    settings = Settings()
    set_up_logs(settings.log_format, settings.log_level)
    # A caller may have closed them; the exit code is an answer too.
    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal without Vietnamese letters, or a file's name that is no text, is no reason to stop.
            stream.reconfigure(errors="backslashreplace")
    try:
        code: int = parsed.run(parsed, settings)
        sys.stdout.flush()
    except DocError as error:
        sys.stderr.write(f"{error.code}: {error.sentence(settings.language)}\n")
        if isinstance(error, Unavailable) and error.__cause__ is not None:
            # A page keeps this for the log; here it is read by whoever can do something about it.
            sys.stderr.write(f"{error.reason}\n")
        return 2
    except OSError as error:
        if error.errno not in {errno.EPIPE, errno.ENOSPC}:
            raise
        # Who read the answer has seen enough (`| head`), or it has no room. Python flushes once more at its end.
        _to_nowhere(sys.stdout)
        if error.errno == errno.ENOSPC:
            _tell_full(error.filename, settings.language)
        return 2
    return code


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _to_nowhere(stream: TextIO) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _tell_full(file: str | None, language: str) -> None:
    named = file or say(N_("kết quả"), language)
    try:
        sys.stderr.write(say(N_("Không ghi được {file}: đĩa đã đầy."), language, file=named) + "\n")
        sys.stderr.flush()
    except OSError:
        # It goes to the same disk.
        _to_nowhere(sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="docservice", description="Dịch vụ văn bản cho xã và tỉnh.")
    commands = parser.add_subparsers(required=True, metavar="LỆNH")

    journey = commands.add_parser("journey", help="chạy trọn vòng đời một văn bản, để giấy tờ lại trong --out")
    journey.add_argument("--out", type=Path, required=True, metavar="DIR")
    journey.add_argument("--data", type=Path, metavar="DIR", help="tiếp tục từ dữ liệu của lần chạy trước")
    journey.add_argument("--input", type=Path, metavar="FILE.json")
    journey.set_defaults(run=_journey)

    serve = commands.add_parser("serve", help="mở trang web trên máy này")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument(
        "--workers", type=int, default=1, metavar="N", help="số tiến trình trang web; hơn một cần PostgreSQL"
    )
    serve.add_argument("--demo", action="store_true", help="với cơ quan, người và văn bản mẫu")
    serve.set_defaults(run=_serve)

    setup = commands.add_parser("setup", help="tạo hệ thống thật, trống, với một quản trị viên")
    setup.set_defaults(run=_setup)

    doctor = commands.add_parser("doctor", help="hỏi từng cổng, kiểm tra chuỗi nhật ký")
    doctor.add_argument("--recount", action="store_true", help="so trạng thái lưu với trạng thái suy ra từ sự kiện")
    doctor.set_defaults(run=_doctor)

    verify = commands.add_parser("verify", help="kiểm tra chữ ký số trong tệp PDF")
    verify.add_argument("files", nargs="+", metavar="FILE")
    verify.add_argument("--report", type=Path, metavar="OUT.pdf", help="lập báo cáo kiểm tra để in, cho một tệp")
    _judging(verify)
    verify.set_defaults(run=_verify)

    changes = commands.add_parser("changes", help="tệp PDF đã thay đổi những gì sau mỗi chữ ký")
    changes.add_argument("file", type=Path, metavar="FILE")
    changes.add_argument(
        "--out", type=Path, metavar="DIR", help="nơi để hình hai bản cạnh nhau, chỗ khác được đánh dấu"
    )
    changes.add_argument("--signature", type=int, metavar="N", help="chỉ chữ ký thứ N, tính từ 1")
    _judging(changes)
    changes.set_defaults(run=_changes)

    check = commands.add_parser("check", help="kiểm tra thể thức theo Nghị định 30/2020 của tệp DOCX, PDF")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument("--json", action="store_true")
    check.add_argument("--fix", type=Path, metavar="OUT.docx", help="sửa những chỗ sửa được, cho một tệp DOCX")
    check.add_argument("--lang", choices=["vi", "en"], help="ngôn ngữ của câu trả lời")
    check.set_defaults(run=_check)

    assess = commands.add_parser("assess", help="tự đánh giá theo Phụ lục VI Nghị định 30/2020 của một cơ quan")
    assess.add_argument("--agency", required=True, metavar="CODE", help="mã định danh của cơ quan")
    assess.add_argument("--out", type=Path, metavar="OUT.pdf", help="bản để in và ký")
    assess.add_argument("--json", action="store_true")
    assess.set_defaults(run=_assess)

    _running(commands)
    _placing(commands)
    return parser


def _running(commands: Any) -> None:
    """What runs beside the pages, and what is measured."""
    bench = commands.add_parser("bench", help="đo tốc độ trên máy này")
    bench.add_argument(
        "name", choices=["journey", "sign", "verify", "check", "convert", "intake", "load", "storage", "search"]
    )
    bench.add_argument("--count", type=int)
    bench.set_defaults(run=_bench)

    worker = commands.add_parser("worker", help="nâng lược đồ dữ liệu rồi chạy tác vụ nền cho đến khi dừng")
    worker.add_argument("-c", "--concurrency", type=int, default=2, metavar="N", help="số việc chạy cùng lúc (Celery)")
    worker.set_defaults(run=_worker)

    beat = commands.add_parser(
        "beat", help="nhịp đồng hồ cho các tiến trình worker (Celery); mỗi hệ thống một tiến trình"
    )
    beat.set_defaults(run=_beat)

    converter = commands.add_parser("converter", help="chuyển tệp văn phòng sang PDF cho tiến trình khác, qua socket")
    converter.add_argument("--socket", type=Path, required=True, metavar="TỆP")
    converter.add_argument("--check", action="store_true", help="chỉ hỏi tiến trình đang chạy có chuyển được không")
    converter.set_defaults(run=_converter)

    reindex = commands.add_parser("reindex", help="lập lại chỉ mục tìm kiếm; trong lúc đó vẫn tra cứu được")
    reindex.set_defaults(run=_reindex)

    _keeping(commands)
    _moving(commands)

    migrate = commands.add_parser("migrate", help="nâng lược đồ dữ liệu lên bản mới nhất")
    migrate.set_defaults(run=_migrate)


def _keeping(commands: Any) -> None:
    """Backups, and the way back."""
    backup = commands.add_parser("backup", help="sao lưu trọn hệ thống, mã hóa, chỉ ghi thêm phần mới")
    backup.add_argument("place", type=Path, nargs="?", metavar="DIR", help="nơi để; mặc định BACKUP_DIR")
    backup.add_argument("--recipient", metavar="age1…", help="khóa công khai người mở được; mặc định BACKUP_RECIPIENT")
    backup.add_argument("--keep", type=int, metavar="N", help="giữ lại bao nhiêu bản; mặc định BACKUP_KEEP")
    backup.add_argument("--verify", action="store_true", help="không sao lưu; kiểm tra mọi bản đã có")
    backup.add_argument("--identity", type=Path, metavar="TỆP", help="khóa để mở và đọc trọn bản mới nhất khi kiểm tra")
    backup.set_defaults(run=_backup)

    backup_key = commands.add_parser("backup-key", help="tạo khóa mở bản sao lưu; cất ngoài máy chủ")
    backup_key.add_argument("file", type=Path, metavar="TỆP")
    backup_key.set_defaults(run=_backup_key)

    restore = commands.add_parser("restore", help="khôi phục từ bản sao lưu vào nơi trống, so khớp toàn bộ")
    restore.add_argument("place", type=Path, metavar="DIR")
    restore.add_argument("--into", type=Path, required=True, metavar="FOLDER", help="thư mục dữ liệu mới (DATA_DIR)")
    restore.add_argument("--identity", type=Path, required=True, metavar="TỆP")
    restore.add_argument("--snapshot", metavar="TÊN", help="bản nào; mặc định bản mới nhất")
    restore.set_defaults(run=_restore)


def _placing(commands: Any) -> None:
    """What an operator does with all files at once."""
    files = commands.add_parser("files", help="kiểm tra, niêm phong lại, chuyển nơi lưu mọi tệp")
    acts = files.add_subparsers(required=True, metavar="VIỆC", dest="act")
    acts.add_parser("check", help="băm lại mọi tệp ngay bây giờ, sửa từ bản thứ hai nếu có")
    acts.add_parser("renew", help="niêm phong mọi tệp bằng khóa chủ mới nhất")
    acts.add_parser("retain", help="khóa giữ lại mọi bản gốc như dữ liệu nói (sau khi đặt lock=… trong địa chỉ)")
    acts.add_parser("new-key", help="thêm một khóa chủ mới vào tệp của STORAGE_KEY_URL")
    move = acts.add_parser("move", help="chuyển mọi tệp sang nơi lưu khác; chạy lại thì làm tiếp")
    move.add_argument("--to", required=True, metavar="URL", help="như STORAGE_URL: file:THƯ_MỤC hoặc s3://…")
    move.add_argument("--password-file", type=Path, metavar="FILE", help="tệp mật khẩu của nơi mới")
    move.add_argument("--plain", action="store_true", help="ở nơi mới không niêm phong")
    files.set_defaults(run=_files)


def _moving(commands: Any) -> None:
    """From one profile to the other."""
    move = commands.add_parser(
        "move", help="chuyển trọn hệ thống sang nơi khác (một máy sang nhiều máy chủ, và ngược lại)"
    )
    move.add_argument(
        "--to", type=Path, required=True, metavar="TỆP", help="các dòng TÊN=GIÁ_TRỊ của thiết lập ở nơi mới"
    )
    move.set_defaults(run=_move)


def _judging(command: argparse.ArgumentParser) -> None:
    """What judging a file by its signatures asks for."""
    command.add_argument("--json", action="store_true")
    command.add_argument("--trust", action="append", type=Path, default=[], metavar="PATH")
    command.add_argument("--crl", action="append", type=Path, default=[], metavar="PATH")
    command.add_argument("--ocsp", action="append", type=Path, default=[], metavar="PATH")
    command.add_argument(
        "--at", type=_instant, metavar="TIME", help="thời điểm kiểm tra, ISO 8601; không ghi múi giờ là giờ Việt Nam"
    )
    command.add_argument("--lang", choices=["vi", "en"], help="ngôn ngữ của câu trả lời")


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” không phải thời điểm; xin ghi như 2026-11-23T09:15:00") from None
    if instant.year not in _YEARS:
        raise argparse.ArgumentTypeError(f"năm phải từ {_YEARS[0]} đến {_YEARS[-1]}")
    return instant if instant.tzinfo else instant.replace(tzinfo=VIETNAM)


# Commands import what they need when they run: `verify` and `--help` should not wait for the whole service.
def _journey(parsed: argparse.Namespace, settings: Settings) -> int:
    from docservice.demo.command import run_journey  # noqa: PLC0415

    return run_journey(settings, out=parsed.out, data=parsed.data, script_file=parsed.input)


def _serve(parsed: argparse.Namespace, settings: Settings) -> int:
    from docservice.serve import run_serve  # noqa: PLC0415

    return run_serve(settings, host=parsed.host, port=parsed.port, workers=parsed.workers, with_demo=parsed.demo)


def _setup(_parsed: argparse.Namespace, settings: Settings) -> int:
    from docservice.setup import run_setup  # noqa: PLC0415

    return run_setup(settings)


def _doctor(parsed: argparse.Namespace, settings: Settings) -> int:
    from docservice.doctor import run_doctor  # noqa: PLC0415

    return run_doctor(settings, recount=parsed.recount)


def _verify(parsed: argparse.Namespace, settings: Settings) -> int:
    from docservice.verify import run_verify  # noqa: PLC0415

    return run_verify(
        settings,
        parsed.files,
        as_json=parsed.json,
        report=parsed.report,
        trust=parsed.trust,
        crls=parsed.crl,
        ocsps=parsed.ocsp,
        at=parsed.at,
        language=parsed.lang,
    )


def _changes(parsed: argparse.Namespace, settings: Settings) -> int:
    from docservice.changes import run_changes  # noqa: PLC0415

    return run_changes(
        settings,
        parsed.file,
        out=parsed.out,
        number=parsed.signature,
        as_json=parsed.json,
        trust=parsed.trust,
        crls=parsed.crl,
        ocsps=parsed.ocsp,
        at=parsed.at,
        language=parsed.lang,
    )


def _check(parsed: argparse.Namespace, settings: Settings) -> int:
    from docservice.check import run_check  # noqa: PLC0415

    return run_check(settings, parsed.files, as_json=parsed.json, fix=parsed.fix, language=parsed.lang)


def _assess(parsed: argparse.Namespace, settings: Settings) -> int:
    from docservice.assess import run_assess  # noqa: PLC0415

    return run_assess(settings, code=parsed.agency, out=parsed.out, as_json=parsed.json)


def _bench(parsed: argparse.Namespace, settings: Settings) -> int:
    from docservice.bench import BENCHES  # noqa: PLC0415

    bench, usual = BENCHES[parsed.name]
    return bench(settings, count=parsed.count or usual)


def _files(parsed: argparse.Namespace, settings: Settings) -> int:
    from docservice import files  # noqa: PLC0415

    if parsed.act == "move":
        return files.run_move(settings, to=parsed.to, password_file=parsed.password_file, plain=parsed.plain)
    acts = {
        "check": files.run_check,
        "renew": files.run_renew,
        "retain": files.run_retain,
        "new-key": files.run_new_key,
    }
    return acts[parsed.act](settings)


def _worker(parsed: argparse.Namespace, settings: Settings) -> int:
    from docservice.worker import run_worker  # noqa: PLC0415

    return run_worker(settings, concurrency=parsed.concurrency)


def _beat(_parsed: argparse.Namespace, settings: Settings) -> int:
    from docservice.worker import run_beat  # noqa: PLC0415

    return run_beat(settings)


def _converter(parsed: argparse.Namespace, settings: Settings) -> int:
    from docservice.worker import run_converter, run_converter_check  # noqa: PLC0415

    return run_converter_check(parsed.socket) if parsed.check else run_converter(settings, socket=parsed.socket)


def _move(parsed: argparse.Namespace, settings: Settings) -> int:
    from docservice.moving import run_move  # noqa: PLC0415

    return run_move(settings, to=parsed.to)


def _backup(parsed: argparse.Namespace, settings: Settings) -> int:
    from docservice.backing_up import run_backup, run_verify_backup  # noqa: PLC0415

    if parsed.verify:
        place = parsed.place or (settings.path(settings.backup_dir) if settings.backup_dir else settings.base)
        return run_verify_backup(place=place, identity=parsed.identity)
    return run_backup(settings, place=parsed.place, recipient=parsed.recipient, keep=parsed.keep)


def _backup_key(parsed: argparse.Namespace, _settings: Settings) -> int:
    from docservice.backing_up import run_backup_key  # noqa: PLC0415

    return run_backup_key(parsed.file)


def _restore(parsed: argparse.Namespace, settings: Settings) -> int:
    from docservice.restoring import run_restore  # noqa: PLC0415

    return run_restore(
        settings, place=parsed.place, into=parsed.into, identity=parsed.identity, snapshot=parsed.snapshot
    )


def _reindex(_parsed: argparse.Namespace, settings: Settings) -> int:
    from docservice.reindex import run_reindex  # noqa: PLC0415

    return run_reindex(settings)


def _migrate(_parsed: argparse.Namespace, settings: Settings) -> int:
    from docservice.bootstrap import open_settings_database  # noqa: PLC0415
    from docservice.migrations import migrate  # noqa: PLC0415

    database = open_settings_database(settings)
    migrate(database)
    database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
