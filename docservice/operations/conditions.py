"""When somebody has to be told: conditions over measures, with limits as data.

An operator's own limits stand in a TOML file (`ALERTS_FILE`), one table a condition:

    [jobs_late]
    limit = 600        # in the measure's unit

    [backup_missing]
    off = true         # backed up by other means
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from docservice.core.errors import Invalid
from docservice.core.words import N_
from docservice.operations.measures import Measure


class Severity(StrEnum):
    """`BROKEN` makes `docservice doctor` end with 1; `WARNING` is for the day's work."""

    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True)
class Condition:
    """Holds while a measure is above its limit, or below it where `is_below`.

    `sentence` says what is, `advice` what to do next; both may use `{subject}` and `{figure}`.
    """

    code: str
    measure: str
    limit: float
    severity: Severity
    sentence: str
    advice: str
    is_below: bool = False

    def holds(self, measure: Measure) -> bool:
        """Whether it holds of a figure of its measure."""
        return measure.figure < self.limit if self.is_below else measure.figure > self.limit


@dataclass(frozen=True)
class Conditions:
    """The conditions in force; a port."""

    table: tuple[Condition, ...]

    def held(self, found: Iterable[Measure]) -> Iterator[tuple[Condition, Measure]]:
        """Every condition that holds, with the figure it holds of."""
        for measure in found:
            yield from ((c, measure) for c in self.table if c.measure == measure.code and c.holds(measure))


class AlertsUnreadable(Invalid):
    code = "alerts_unreadable"
    message = N_("Không đọc được ALERTS_FILE, mục “{name}”; xem bảng cảnh báo trong tài liệu vận hành.")


# What a measure is about, in words.
SUBJECTS: dict[str, str] = {
    "agency": N_("chứng thư cơ quan"),
    "person": N_("chứng thư cá nhân"),
    "anchor": N_("gốc tin cậy"),
    "revocation_list": N_("danh sách thu hồi"),
    "stamps": N_("dịch vụ dấu thời gian"),
    "tls": N_("chứng thư của trang web (TLS)"),
    "database": N_("cơ sở dữ liệu"),
    "storage": N_("kho tệp"),
    "search": N_("tra cứu"),
    "queue": N_("hàng đợi"),
    "data": N_("thư mục dữ liệu"),
}

W, B = Severity.WARNING, Severity.BROKEN
TABLE = (
    Condition(
        "port_down", "port_down", 0, B,
        N_("Bộ phận “{subject}” không trả lời."),
        N_("Xem máy chủ của bộ phận này có chạy và tới được không; khi nó trở lại, các tác vụ tự chạy tiếp."),
    ),
    Condition(
        "jobs_parked", "jobs_parked", 0, W,
        N_("{figure:.0f} tác vụ bị dừng sau nhiều lần lỗi."),
        N_("Đọc lỗi ở bảng tác vụ, sửa nguyên nhân rồi bấm “Chạy lại”."),
    ),
    Condition(
        "jobs_late", "jobs_late_seconds", 300, B,
        N_("Tác vụ đến hạn chờ đã {figure:.0f} giây mà chưa ai chạy."),
        N_("Kiểm tra tiến trình worker và beat; nếu chúng chạy, tăng số worker."),
    ),
    Condition(
        "watch_late", "watch_late_seconds", 300, B,
        N_("Đã {figure:.0f} giây không ai trông coi hệ thống: các tác vụ định kỳ không chạy."),
        N_("Xem worker, beat, Redis và cơ sở dữ liệu có chạy không; việc đã hứa còn nguyên và sẽ tự chạy tiếp."),
    ),
    Condition(
        "index_late", "index_late_seconds", 120, W,
        N_("Chỉ mục tra cứu chậm hơn dữ liệu {figure:.0f} giây."),
        N_("Kiểm tra máy chủ tra cứu và tiến trình worker; văn bản mới tạm thời chưa tìm thấy."),
    ),
    Condition(
        "stamps_waiting", "signings_unstamped_seconds", 86400, W,
        N_("Có chữ ký chờ dấu thời gian hơn một ngày."),
        N_("Kiểm tra TSA_URL và đường ra Internet của máy chủ."),
    ),
    Condition(
        "intake_held", "intake_held", 0, W,
        N_("{figure:.0f} tệp bị giữ ở cửa nhận."),
        N_("Người phụ trách bảo mật xem ở trang “Bị giữ”; quá 24 giờ tệp tự xóa."),
    ),
    Condition(
        "messages_put_aside", "messages_put_aside", 0, W,
        N_("{figure:.0f} gói tin bị để riêng vì không đọc được."),
        N_("Xem thư mục failed của hộp thư và báo nơi gửi."),
    ),
    Condition(
        "disk_low", "disk_free_share", 0.10, W,
        N_("Đĩa dữ liệu chỉ còn trống {figure:.0%}."),
        N_("Thêm đĩa hoặc chuyển tệp sang kho khác (`docservice files move`)."),
        is_below=True,
    ),
    Condition(
        "disk_full", "disk_free_share", 0.03, B,
        N_("Đĩa dữ liệu sắp đầy: còn trống {figure:.0%}."),
        N_("Giải phóng chỗ ngay; khi đĩa đầy không nhận thêm được văn bản nào."),
        is_below=True,
    ),
    Condition(
        "certificate_ends", "certificate_days", 30, W,
        N_("Chứng thư “{subject}” còn {figure:.0f} ngày."),
        N_("Xin cấp lại trước ngày hết hạn rồi thay ở trang “Chữ ký số” hoặc ở tệp của máy chủ."),
        is_below=True,
    ),
    Condition(
        "certificate_ended", "certificate_days", 0, B,
        N_("“{subject}” đã hết hạn."),
        N_("Thay ngay: chữ ký mới không kiểm tra được, hoặc trang không mở được."),
        is_below=True,
    ),
    Condition(
        "trust_unreadable", "trust_unreadable", 0, B,
        N_("Không đọc được cấu hình gốc tin cậy: không chữ ký nào kiểm tra được."),
        N_("Mở trang “Gốc tin cậy” để biết tệp nào sai, sửa tệp đó trên máy chủ."),
    ),
    Condition(
        "lists_old", "revocation_list_days", 0, W,
        N_("Có danh sách thu hồi đã quá hạn: chữ ký mới chưa kết luận được."),
        N_("Xem địa chỉ lấy danh sách trong trust.toml và đường ra Internet của máy chủ."),
        is_below=True,
    ),
    Condition(
        "clock_differs", "clock_seconds", 5, W,
        N_("Đồng hồ máy này lệch {figure:.1f} giây so với “{subject}”."),
        N_("Bật đồng bộ giờ (chrony, systemd-timesyncd) trên cả hai máy."),
    ),
    Condition(
        "clock_wrong", "clock_seconds", 60, B,
        N_("Đồng hồ máy này sai {figure:.0f} giây so với “{subject}”: ngày, giờ ghi vào sổ không đáng tin."),
        N_("Chỉnh lại giờ ngay rồi bật đồng bộ giờ."),
    ),
    Condition(
        "files_wrong", "files_wrong", 0, B,
        N_("{figure:.0f} tệp bị mất hoặc sai trong kho tệp."),
        N_("Chạy `docservice files check` khi có bản thứ hai (COPY_URL), hoặc khôi phục từ bản sao lưu."),
    ),
    Condition(
        "files_unchecked", "file_round_late_days", 2, W,
        N_("Vòng kiểm tra tệp chậm {figure:.0f} ngày."),
        N_("Để máy chạy qua đêm, hoặc chạy `docservice files check`, hoặc tăng FILE_CHECK_DAYS."),
    ),
    Condition(
        "copies_late", "files_without_copy", 1000, W,
        N_("{figure:.0f} tệp chưa có bản thứ hai."),
        N_("Xem nơi giữ bản thứ hai (COPY_URL) có trả lời và còn chỗ không."),
    ),
    Condition(
        "backup_late", "backup_age_hours", 48, B,
        N_("Lần sao lưu trọn vẹn gần nhất đã {figure:.0f} giờ trước."),
        N_("Chạy `docservice backup`, đọc lỗi của lần chạy theo lịch."),
    ),
    Condition(
        "backup_missing", "backups_made", 1, W,
        N_("Chưa có bản sao lưu nào."),
        N_("Đặt BACKUP_DIR và BACKUP_RECIPIENT, hoặc chạy `docservice backup`."),
        is_below=True,
    ),
)  # fmt: skip


def conditions(file: Path | None) -> Conditions:
    """The table, with the operator's limits in the place of its own; raises `AlertsUnreadable` naming the entry."""
    if file is None:
        return Conditions(TABLE)
    try:
        given = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AlertsUnreadable(name=file.name) from error
    known = {condition.code: condition for condition in TABLE}
    for name, entry in given.items():
        if name not in known or not isinstance(entry, dict) or set(entry) - {"limit", "off"}:
            raise AlertsUnreadable(name=name)
        limit, is_off = entry.get("limit", known[name].limit), entry.get("off", False)
        if isinstance(limit, bool) or not isinstance(limit, int | float) or not isinstance(is_off, bool):
            raise AlertsUnreadable(name=name)
        if is_off:
            del known[name]
        else:
            known[name] = replace(known[name], limit=float(limit))
    return Conditions(tuple(known.values()))
