"""Annex VI, part I, III.4, III.5 and III.8: case files, keeping, recalling."""

from docservice.assessment.item import MET, NOT, PARTLY, Item

_WORKFLOW = "tests/workflow/test_workflow.py"
_PAGES = "tests/web/test_pages.py"
_INTAKE = "tests/exchange/test_intake.py"
_RECORDS = "tests/records/test_case_files.py"

CASE_FILES = (
    Item(
        "III.4.a", "Bảo đảm tạo lập Danh mục hồ sơ trong Hệ thống", NOT, ("docservice/records/service.py",), (),
        "Hồ sơ được mở và đánh số theo đơn vị trong năm; Danh mục hồ sơ được duyệt đầu năm chưa có.",
    ),
    Item(
        "III.4.b", "Bảo đảm tạo mã cho từng hồ sơ và tự động đánh số thứ tự của văn bản, tài liệu trong hồ sơ", MET,
        ("docservice/records/service.py:open_case_file", "docservice/records/service.py:add_document"),
        (f"{_RECORDS}::test_case_files_are_numbered_in_their_units_list",),
    ),
    Item(
        "III.4.c", "Liên kết toàn bộ văn bản, tài liệu và dữ liệu đặc tả có cùng mã hồ sơ để tạo thành hồ sơ", MET,
        ("docservice/records/models.py:CaseFileDocument",),
        (f"{_RECORDS}::test_a_document_is_linked_once_and_only_by_who_sees_it",),
    ),
    Item(
        "III.4.d", "Liên kết các trường thông tin trong Danh mục hồ sơ với toàn bộ văn bản, dữ liệu đặc tả của hồ sơ",
        NOT, (), (), "Chờ Danh mục hồ sơ (III.4.a).",
    ),
    Item(
        "III.4.đ", "Bảo đảm liên kết và thống kê toàn bộ hồ sơ được lập của một tài khoản cụ thể", PARTLY,
        ("docservice/records/queries.py:case_files",),
        (f"{_PAGES}::test_a_case_file_from_opening_to_the_archive_and_back",),
        "Danh sách hồ sơ của chức vụ và đơn vị có; bảng thống kê theo tài khoản chưa có.",
    ),
    Item(
        "III.4.e", "Cho phép gán một văn bản cho nhiều hồ sơ được tạo bởi nhiều tài khoản mà không cần nhân bản", MET,
        ("docservice/records/service.py:add_document",),
        (f"{_RECORDS}::test_a_document_is_linked_once_and_only_by_who_sees_it",),
    ),
    Item(
        "III.4.g", "Cho phép kết xuất toàn bộ hồ sơ sang định dạng (.pdf), (.xml) theo trình tự thời gian", NOT, (), (),
        "Chưa có.",
    ),
)  # fmt: skip

KEEPING = (
    Item(
        "III.5.a", "Lưu văn bản và các thông tin về quá trình giải quyết: ý kiến chỉ đạo, dự thảo, góp ý, phê duyệt "
        "nội dung và thể thức, lịch sử truy cập, các tác động khác", MET,
        ("docservice/documents/models.py:Step", "docservice/documents/models.py:Version", "docservice/core/journal.py"),
        (f"{_WORKFLOW}::test_a_report_goes_all_the_way", f"{_WORKFLOW}::test_each_version_extends_the_file_before_it"),
    ),
    Item(
        "III.5.b", "Tự động thông báo hồ sơ đến hạn nộp lưu trước 30 ngày", NOT, (), (),
        "Chưa có Danh mục hồ sơ nộp lưu để tính hạn báo.",
    ),
    Item(
        "III.5.c", "Bảo đảm thực hiện nộp lưu hồ sơ vào Lưu trữ cơ quan, Lưu trữ lịch sử", PARTLY,
        ("docservice/records/service.py:offer_case_file", "docservice/records/service.py:accept_case_file"),
        (f"{_PAGES}::test_a_case_file_from_opening_to_the_archive_and_back",),
        "Nộp vào Lưu trữ cơ quan có; nộp vào Lưu trữ lịch sử và biên bản giao nhận chưa có.",
    ),
    Item(
        "III.5.d", "Bảo đảm sự toàn vẹn, tin cậy, không thay đổi của văn bản, hồ sơ", MET,
        ("docservice/core/journal.py", "docservice/signatures/preserving.py", "storage/store.py"),
        (
            "tests/core/test_journal.py::test_a_removed_line_shows",
            "tests/storage/test_stores.py::test_a_changed_file_shows",
        ),
    ),
    Item(
        "III.5.đ", "Bảo đảm khả năng truy cập và sử dụng hồ sơ, văn bản theo thời hạn bảo quản", MET,
        ("docservice/signatures/preserving.py", "docservice/records/service.py:ask_access"),
        (
            "tests/signing/test_archive.py::test_renewed_in_time_a_file_holds_in_2044",
            f"{_PAGES}::test_a_case_file_from_opening_to_the_archive_and_back",
        ),
    ),
    Item(
        "III.5.e", "Khả năng di chuyển hồ sơ, dữ liệu đặc tả và thay đổi định dạng khi có thay đổi về công nghệ",
        PARTLY,
        ("storage/store.py", "docservice/migrations/__init__.py"),
        ("tests/core/test_migrations.py::test_migrations_and_models_agree",),
        "Dữ liệu nằm trong cơ sở dữ liệu và kho tệp mở, PDF/A; công cụ chuyển đổi hàng loạt chưa có.",
    ),
    Item(
        "III.5.g", "Có khả năng sao lưu định kỳ, đột xuất và phục hồi dữ liệu khi gặp sự cố", MET,
        ("docservice/backing_up.py", "docservice/restoring.py", "docs/operator.md"),
        (
            "tests/operations/test_backup.py::test_a_node_comes_back_whole",
            "tests/operations/test_backup.py::test_the_schedule_makes_one_when_it_is_due",
        ),
    ),
)  # fmt: skip

RECALLING = (
    Item("III.8.a", "Đóng băng văn bản đi và dữ liệu đặc tả khi có lệnh thu hồi", NOT, (), (), "Chưa có."),
    Item(
        "III.8.b",
        "Hủy văn bản đến và dữ liệu đặc tả khi có lệnh thu hồi từ cơ quan phát hành",
        PARTLY,
        ("docservice/exchange/edxml_read.py",),
        (f"{_INTAKE}::test_a_recall_is_not_taken_for_a_document",),
        "Lệnh thu hồi được nhận ra và không bị coi là văn bản mới; việc hủy văn bản đến chưa có.",
    ),
    Item("III.8.c", "Lưu dữ liệu đặc tả của quá trình thu hồi văn bản", NOT, (), (), "Chưa có."),
)
