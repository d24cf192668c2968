"""Annex VI, part I, sections IV and V, and part II: administration, outputs, input fields."""

from docservice.assessment.item import MET, NOT, PARTLY, Item

_WORKFLOW = "tests/workflow/test_workflow.py"
_BOOK = "tests/web/test_papers.py::test_a_book_is_printed_with_its_cover_every_column_and_what_was_cancelled"
_LISTS = "tests/web/test_papers.py::test_the_lists_of_case_files_are_printed_as_the_decree_draws_them"
_PAGES = "tests/web/test_pages.py"
_RECORDS = "tests/records/test_case_files.py"

ADMINISTERING = (
    Item(
        "IV.1.a", "Tạo lập nhóm tài liệu, hồ sơ theo cấp độ thông tin khác nhau", NOT, (), (), "Chưa có.",
    ),
    Item(
        "IV.1.b", "Phân quyền cho người sử dụng theo quy định của cơ quan, tổ chức", MET,
        ("docservice/web/people.py", "docservice/identity/service.py:appoint"),
        (f"{_PAGES}::test_an_administrator_brings_people_in_and_lets_them_go",),
    ),
    Item(
        "IV.1.c", "Truy cập vào hồ sơ và dữ liệu đặc tả của hồ sơ theo quy định của cơ quan, tổ chức", MET,
        ("docservice/records/queries.py:visible_to",),
        (f"{_PAGES}::test_a_case_file_from_opening_to_the_archive_and_back",),
    ),
    Item(
        "IV.1.d", "Thay đổi quyền truy cập đối với hồ sơ, văn bản khi có thay đổi quy định", PARTLY,
        ("docservice/documents/facts.py:grant",),
        (f"{_WORKFLOW}::test_a_draft_is_its_units_alone_until_it_is_released",),
        "Quyền theo chức vụ, đơn vị, phân công đổi được; đổi quyền của một văn bản bằng tay chưa có trang.",
    ),
    Item(
        "IV.1.đ", "Thay đổi quyền truy cập của tài khoản khi thay đổi vị trí công tác", MET,
        ("docservice/identity/service.py:end_tenure", "docservice/identity/queries.py:tokens_of_post"),
        (f"{_PAGES}::test_an_administrator_brings_people_in_and_lets_them_go",),
    ),
    Item(
        "IV.1.e", "Phục hồi thông tin, dữ liệu đặc tả khi lỗi hệ thống và thông báo kết quả phục hồi", MET,
        ("docservice/restoring.py", "docservice/doctor.py"),
        (
            "tests/operations/test_backup.py::test_the_commands_from_the_key_to_the_restored_folder",
            "tests/journeys/test_crash.py::test_a_journey_killed_five_times_ends_whole",
        ),
    ),
    Item(
        "IV.1.g", "Khóa hoặc đóng băng các tập hợp để ngăn di chuyển, xóa hoặc sửa đổi", PARTLY,
        ("docservice/records/service.py:close_case_file", "storage/s3.py"),
        (f"{_RECORDS}::test_a_closed_file_takes_nothing_more",),
        "Hồ sơ đã kết thúc không nhận thêm; khóa một tập hợp tùy chọn theo yêu cầu chưa có.",
    ),
    Item(
        "IV.2", "Cảnh báo xung đột xảy ra trong hệ thống", MET,
        ("docservice/documents/facts.py:check_revision", "docservice/doctor.py"),
        (f"{_WORKFLOW}::test_a_state_that_was_not_seen_is_not_acted_on",),
    ),
    Item(
        "IV.3", "Thiết lập kết nối liên thông", PARTLY,
        ("docservice/exchange/carrier.py",),
        ("tests/exchange/test_carrier.py::test_a_message_reaches_its_agency_and_no_other",),
        "Kênh thư mục giữa các hệ thống có; kênh của trục liên thông quốc gia chưa có.",
    ),
)  # fmt: skip

OUTPUTS = (
    Item(
        "V.1", "Sổ đăng ký văn bản đến", MET, ("docservice/documents/registers.py:incoming_columns",),
        (f"{_PAGES}::test_registers_are_exported_without_formulas", _BOOK),
    ),
    Item("V.2", "Báo cáo tình hình giải quyết văn bản đến", NOT, (), (), "Chưa có."),
    Item(
        "V.3", "Sổ đăng ký văn bản đi", MET, ("docservice/documents/registers.py:outgoing_columns",),
        (f"{_PAGES}::test_registers_are_exported_without_formulas", _BOOK),
    ),
    Item("V.4", "Báo cáo tình hình giải quyết văn bản đi", NOT, (), (), "Chưa có."),
    Item(
        "V.5", "Mục lục văn bản trong hồ sơ", PARTLY, ("docservice/web/case_lists.py:documents",), (_LISTS,),
        "Bản in bảy cột của Phụ lục V có; tờ số, trang số và ghi chú để ghi tay.",
    ),
    Item(
        "V.6", "Mục lục hồ sơ", PARTLY, ("docservice/web/case_lists.py:case_files",), (_LISTS,),
        "Mục lục hồ sơ nộp lưu in theo Phụ lục V có; số tờ, số trang và ghi chú để ghi tay.",
    ),
)  # fmt: skip

INPUT_FIELDS = (
    Item(
        "Phần II.I", "Thông tin đầu vào của dữ liệu quản lý văn bản đi (16 trường)", PARTLY,
        ("docservice/documents/models.py:Document", "docservice/documents/registers.py"),
        (f"{_WORKFLOW}::test_a_report_goes_all_the_way",),
        "Thiếu mã hồ sơ (1), số thứ tự trong hồ sơ hiện ở hồ sơ (2), ngôn ngữ (9), ghi chú (11).",
    ),
    Item(
        "Phần II.II", "Thông tin đầu vào của dữ liệu quản lý văn bản đến (18 trường)", PARTLY,
        ("docservice/documents/models.py:Document", "docservice/exchange/examine.py"),
        (f"{_PAGES}::test_paper_is_received_by_its_scan",),
        "Thiếu mã hồ sơ (1), ngôn ngữ (9), ghi chú (11), chức vụ và họ tên người ký (14).",
    ),
    Item(
        "Phần II.III", "Thông tin đầu vào của dữ liệu quản lý hồ sơ (11 trường)", PARTLY,
        ("docservice/records/models.py:CaseFile",), (f"{_RECORDS}::test_case_files_are_numbered_in_their_units_list",),
        "Thiếu chế độ sử dụng (4), ngôn ngữ (6), tổng số trang (10), ghi chú (11).",
    ),
)  # fmt: skip
