"""The words of the screen that belong to codes: verbs, roles, urgencies, notices. Vietnamese as officials say it."""

from docservice.core.words import N_
from docservice.documents.errors import FIELD_NAMES
from docservice.documents.models import Direction, Share, Stage, Urgency
from docservice.documents.status import Verb
from docservice.identity.models import Capacity, Role, TenureMode
from docservice.operations import conditions
from search import Facet, Order
from templates.catalogue import DATES, LISTS

CLERK, ADMIN, SECURITY = Role.CLERK, Role.ADMINISTRATOR, Role.SECURITY_OFFICER
FORM_KEEPERS = frozenset({Role.ADMINISTRATOR, Role.CLERK})
CASE_KEEPERS = frozenset(Role) - {Role.ADMINISTRATOR, Role.SECURITY_OFFICER}
AUTHORITY_READERS = frozenset({Role.ADMINISTRATOR, Role.LEADER, Role.UNIT_HEAD, Role.FORM_CHECKER})
LEADERS = frozenset({Role.LEADER, Role.DEPUTY})
BOOK_READERS = frozenset({Role.CLERK, Role.LEADER, Role.DEPUTY, Role.FORM_CHECKER, Role.ARCHIVIST})

JUST_NOW = N_("vừa xong")
MINUTES_AGO = N_("{n} phút trước")
HOURS_AGO = N_("{n} giờ trước")
DAYS_AGO = N_("{n} ngày trước")

# A fact in the timeline: what happened.
FACTS: dict[Verb, str] = {
    Verb.DRAFT: N_("Soạn dự thảo"),
    Verb.REVISE: N_("Sửa dự thảo"),
    Verb.SUBMIT: N_("Trình"),
    Verb.RENDERED: N_("Tạo bản PDF trình ký"),
    Verb.RENDER_FAILED: N_("Không tạo được bản PDF"),
    Verb.CHECK_CONTENT: N_("Kiểm tra nội dung: đạt"),
    Verb.SKIP_CHECK_CONTENT: N_("Bỏ qua kiểm tra nội dung"),
    Verb.CHECK_FORM: N_("Kiểm tra thể thức: đạt"),
    Verb.SKIP_CHECK_FORM: N_("Bỏ qua kiểm tra thể thức"),
    Verb.ASK_SECRETARY: N_("Chuyển thư ký ký trước"),
    Verb.COUNTERSIGN: N_("Thư ký ký số"),
    Verb.COUNTERSIGNED: N_("Thư ký đã ký số"),
    Verb.ROUTE: N_("Chuyển lấy chữ ký"),
    Verb.SIGN_IN_TURN: N_("Ký phiếu trình"),
    Verb.SIGNED_IN_TURN: N_("Đã ký phiếu trình"),
    Verb.ALL_SIGNED: N_("Đủ chữ ký"),
    Verb.APPROVE: N_("Duyệt"),
    Verb.APPROVE_AND_SIGN: N_("Duyệt và ký số"),
    Verb.SIGN: N_("Ký số"),
    Verb.SIGNED: N_("Đã ký số"),
    Verb.CANCEL_SIGNING: N_("Hủy lần ký đang chờ"),
    Verb.SIGNING_ENDED: N_("Không ký được"),
    Verb.SEND_TO_PARTNER: N_("Chuyển cơ quan kia ký trước"),
    Verb.PARTNER_SIGNED: N_("Cơ quan kia đã ký và gửi lại"),
    Verb.PARTNER_REFUSED: N_("Cơ quan kia không ký"),
    Verb.CALL_BACK: N_("Yêu cầu lấy lại"),
    Verb.CALLED_BACK: N_("Đã lấy lại"),
    Verb.NOT_CALLED_BACK: N_("Không lấy lại được"),
    Verb.STOP_WAITING: N_("Thôi chờ cơ quan kia"),
    Verb.CHANGE_SIGNER: N_("Đổi người ký"),
    Verb.RETURN: N_("Trả lại"),
    Verb.WITHDRAW: N_("Rút lại"),
    Verb.DISCARD: N_("Hủy dự thảo"),
    Verb.PASS_BACK: N_("Chuyển lại người soạn"),
    Verb.NUMBER: N_("Cấp số"),
    Verb.NUMBER_WRITTEN: N_("Ghi số và ngày vào văn bản"),
    Verb.SEAL: N_("Yêu cầu ký số cơ quan"),
    Verb.SEALED: N_("Đã ký số cơ quan"),
    Verb.RELEASE: N_("Phát hành"),
    Verb.CANCEL_NUMBER: N_("Hủy số"),
    Verb.PRINT_ORIGINAL: N_("In bản chính giấy"),
    Verb.COPY: N_("Làm bản sao"),
    Verb.COPY_READY: N_("Bản sao đã sẵn sàng để ký số cơ quan"),
    Verb.COPY_PRINTED: N_("Bản sao đã sẵn sàng để in, ký, đóng dấu"),
    Verb.COPY_FAILED: N_("Không làm được bản sao"),
    Verb.ARRIVE: N_("Văn bản đến"),
    Verb.VERIFY: N_("Kiểm tra chữ ký số khi đến"),
    Verb.REGISTER: N_("Vào sổ văn bản đến"),
    Verb.REFUSE: N_("Trả lại nơi gửi"),
    Verb.PRESENT: N_("Trình lãnh đạo"),
    Verb.DIRECT: N_("Cho ý kiến chỉ đạo"),
    Verb.ASSIGN: N_("Phân công"),
    Verb.START: N_("Bắt đầu xử lý"),
    Verb.COMPLETE: N_("Kết thúc xử lý"),
    Verb.DECLINE: N_("Từ chối ký"),
    Verb.JOIN: N_("Nhập vào văn bản hai cơ quan cùng ký"),
}

ROLES: dict[Role, str] = {
    Role.CLERK: N_("Văn thư"),
    Role.OFFICIAL: N_("Công chức"),
    Role.UNIT_HEAD: N_("Trưởng đơn vị"),
    Role.FORM_CHECKER: N_("Kiểm tra thể thức"),
    Role.DEPUTY: N_("Cấp phó"),
    Role.LEADER: N_("Lãnh đạo"),
    Role.ARCHIVIST: N_("Lưu trữ viên"),
    Role.ADMINISTRATOR: N_("Quản trị"),
    Role.SECURITY_OFFICER: N_("Bảo mật"),
}

CAPACITIES: dict[Capacity, str] = {
    Capacity.HEAD: N_("Người đứng đầu ký"),
    Capacity.COLLECTIVE: N_("TM. Thay mặt tập thể"),
    Capacity.DEPUTY: N_("KT. Ký thay người đứng đầu"),
    Capacity.BY_ORDER: N_("TL. Ký thừa lệnh"),
    Capacity.DELEGATED: N_("TUQ. Ký thừa ủy quyền"),
}

TENURE_MODES: dict[TenureMode, str] = {
    TenureMode.REGULAR: N_("Chính thức"),
    TenureMode.ACTING: N_("Quyền (Q.)"),
    TenureMode.IN_CHARGE: N_("Phụ trách"),
}

URGENCIES: dict[Urgency, str] = {
    Urgency.NORMAL: N_("Thường"),
    Urgency.URGENT: N_("Khẩn"),
    Urgency.VERY_URGENT: N_("Thượng khẩn"),
    Urgency.EXPRESS: N_("Hỏa tốc"),
}

SHARES: dict[Share, str] = {
    Share.LEAD: N_("Chủ trì"),
    Share.SUPPORT: N_("Phối hợp"),
    Share.INFORMED: N_("Để biết"),
}

STAGES: dict[Stage, str] = {
    Stage.SUBMITTED: N_("Bản trình ký"),
    Stage.COUNTERSIGNED: N_("Thư ký đã ký số"),
    Stage.SIGNED: N_("Đã ký số cá nhân"),
    Stage.ROUTED: N_("Đã đủ chữ ký"),
    Stage.NUMBERED: N_("Đã ghi số, ngày (bản in để đóng dấu ướt)"),
    Stage.COPIED: N_("Bản sao"),
    Stage.SEALED: N_("Bản chính thức"),
    Stage.RECEIVED: N_("Bản nhận được"),
    Stage.PRESERVED: N_("Bản lưu trữ có dấu thời gian"),
}

HELD: dict[str, str] = {
    "secrecy_stamp": N_("có dấu chỉ độ mật"),
    "edxml_invalid": N_("không đúng khuôn dạng edXML"),
}

FIELDS = FIELD_NAMES
LIST_FIELDS = LISTS
DATE_FIELDS = DATES

# The tools above the body of a draft: what they do, their picture, their name.
EDITING: tuple[tuple[str, str, str], ...] = (
    ("strong", "type-bold", N_("Đậm (Ctrl+B)")),
    ("em", "type-italic", N_("Nghiêng (Ctrl+I)")),
    ("heading1", "type-h1", N_("Đề mục lớn (Ctrl+Alt+1)")),
    ("heading2", "type-h2", N_("Đề mục nhỏ (Ctrl+Alt+2)")),
    ("dash", "list-ul", N_("Gạch đầu dòng")),
    ("number", "list-ol", N_("Đánh số 1, 2, 3")),
    ("point", "alphabet", N_("Điểm a, b, c, d, đ")),
    ("table", "table", N_("Chèn bảng")),
    ("row", "node-plus", N_("Thêm hàng")),
    ("lessRow", "node-minus", N_("Bỏ hàng")),
    ("column", "layout-three-columns", N_("Thêm cột")),
    ("lessColumn", "layout-split", N_("Bỏ cột")),
    ("lessTable", "trash", N_("Bỏ bảng")),
    ("undo", "arrow-counterclockwise", N_("Hoàn tác (Ctrl+Z)")),
    ("redo", "arrow-clockwise", N_("Làm lại (Ctrl+Y)")),
)

# What a decision or a resolution issues with it, beside plain annexes; anything else may be typed.
ISSUED = (
    "Quy chế",
    "Quy định",
    "Nội quy",
    "Điều lệ",
    "Kế hoạch",
    "Chương trình",
    "Phương án",
    "Đề án",
    "Hướng dẫn",
    "Danh mục",
)

# Statuses of a parcel (QCVN 102, table of processing states).
RECEIPTS: dict[str, str] = {
    "01": N_("Đã đến"),
    "02": N_("Từ chối tiếp nhận"),
    "03": N_("Đã tiếp nhận"),
    "04": N_("Đã phân công"),
    "05": N_("Đang xử lý"),
    "06": N_("Hoàn thành"),
    "13": N_("Nơi gửi yêu cầu lấy lại"),
    "15": N_("Đồng ý trả lại"),
    "16": N_("Không trả lại được"),
}

INDICATIONS: dict[str, str] = {
    "TOTAL-PASSED": N_("Hợp lệ"),
    "INDETERMINATE": N_("Chưa xác định"),
    "TOTAL-FAILED": N_("Không hợp lệ"),
}

# What leaders write most; a tap puts it into the note, which is Vietnamese whatever the screen speaks.
PHRASES = (
    "Giao đơn vị chủ trì tham mưu, báo cáo đúng hạn.",
    "Đồng ý, giao triển khai thực hiện.",
    "Xem để biết.",
)

# How a box may be sorted.
SORTS: dict[str, str] = {
    "work": N_("Khẩn, đến hạn trước"),
    "newest": N_("Mới nhất trước"),
    "due": N_("Theo hạn xử lý"),
    "subject": N_("Theo trích yếu"),
}

# Onto what a copy is made.
MEDIA: dict[str, str] = {
    "paper": N_("ra giấy"),
    "electronic": N_("sang văn bản điện tử"),
}

# What a page says once after something was done.
# What a signer's file held that is odd but was allowed, by its code.
ODD: dict[str, str] = {
    "hidden_content": N_("nội dung ẩn"),
    "field_differs": N_("ô nhập khác với hình hiện ra"),
    "covered_text": N_("chữ bị hình che"),
    "unused_content": N_("trang hoặc hình không dùng tới"),
    "embedded_files": N_("tệp nhúng bên trong"),
    "annotations": N_("ghi chú hoặc dấu dán"),
    "open_fields": N_("ô còn sửa được"),
}

# How a signing ended without a signature.
ENDINGS: dict[str, str] = {
    "refused": N_("Người ký từ chối"),
    "timed_out": N_("Hết thời gian chờ"),
    "cancelled": N_("Đã hủy"),
    "failed": N_("Dịch vụ ký không trả về chữ ký"),
    "not_fit": N_("Tệp không được ký"),
    "not_needed": N_("Tệp kèm theo đã có chữ ký số, gửi nguyên như vậy"),
}

# What a measure of the operations page is about.
SUBJECTS = conditions.SUBJECTS

# What a signature waits for that is prepared, by where its key is.
KEYS_AWAITED: dict[str, str] = {
    "agent": N_("Chờ thiết bị ký số"),
    "vgca": N_("Chờ thiết bị ký số"),
    "hsm": N_("Chờ mã PIN"),
    "remote": N_("Chờ điện thoại"),
}

# What the worker does, by the job's name.
JOBS: dict[str, str] = {
    "documents.check_files": N_("Kiểm tra mã băm các tệp"),
    "documents.clear_files": N_("Tìm tệp không ai dùng"),
    "documents.copy_files": N_("Chép tệp sang nơi thứ hai"),
    "documents.delete_stray": N_("Xóa tệp không ai dùng"),
    "documents.draw": N_("Đọc tệp mới nhận"),
    "documents.keep_registers": N_("Lưu sổ đăng ký"),
    "documents.render": N_("Tạo bản PDF trình ký"),
    "documents.replace_signer": N_("Tạo bản PDF với người ký khác"),
    "documents.make_copy": N_("Làm bản sao"),
    "documents.print_original": N_("In bản chính giấy"),
    "documents.retain_scan": N_("Khóa bản gốc trong kho tệp"),
    "exchange.clear_intake": N_("Dọn tệp ở cửa nhận"),
    "exchange.collect": N_("Lấy gói tin của một cơ quan"),
    "exchange.collect_all": N_("Lấy gói tin đến"),
    "exchange.deliver": N_("Gửi văn bản"),
    "exchange.examine": N_("Kiểm tra văn bản đến"),
    "exchange.refuse_held": N_("Xóa tệp bị giữ, báo nơi gửi"),
    "exchange.report": N_("Báo trạng thái cho nơi gửi"),
    "exchange.sweep_intake": N_("Dọn cửa nhận"),
    "meetings.make_pack": N_("Làm bộ tài liệu họp"),
    "operations.backup": N_("Sao lưu theo lịch"),
    "operations.mail_cleared": N_("Gửi thư báo hết cảnh báo"),
    "operations.mail_raised": N_("Gửi thư cảnh báo"),
    "operations.mail_trial": N_("Gửi thư thử"),
    "operations.watch": N_("Đo và cảnh báo"),
    "records.retain_book": N_("Khóa sổ đăng ký trong kho tệp"),
    "records.retain_for_ever": N_("Tìm bản gốc và sổ cần khóa thêm"),
    "records.retain_originals": N_("Khóa bản gốc trong kho tệp"),
    "searching.index": N_("Đưa vào chỉ mục tra cứu"),
    "searching.keep_index": N_("Trông coi chỉ mục tra cứu"),
    "searching.rebuild": N_("Lập lại chỉ mục tra cứu"),
    "searching.tell": N_("Báo văn bản mới theo tìm kiếm đã lưu"),
    "signatures.fetch_lists": N_("Lấy danh sách thu hồi"),
    "signatures.finish": N_("Hoàn tất chữ ký"),
    "signatures.finish_whole": N_("Nhận tệp đã ký"),
    "signatures.phone_fetch": N_("Lấy chữ ký từ dịch vụ ký"),
    "signatures.phone_look": N_("Chờ xác nhận trên điện thoại"),
    "signatures.phone_send": N_("Gửi yêu cầu tới điện thoại"),
    "signatures.preserve": N_("Thêm dấu thời gian lưu trữ"),
    "signatures.preserve_due": N_("Tìm văn bản cần dấu thời gian lưu trữ"),
    "signatures.recheck": N_("Kiểm tra lại chữ ký"),
    "signatures.recheck_due": N_("Tìm chữ ký cần kiểm tra lại"),
    "signatures.sign": N_("Tạo chữ ký số"),
    "signatures.stamp": N_("Thêm dấu thời gian"),
    "signatures.stamp_journal": N_("Đóng dấu thời gian nhật ký"),
    "signatures.write_number": N_("Ghi số, ngày vào văn bản"),
}

# Where a registered certificate's key is, by its source.
KEY_SOURCES: dict[str, str] = {
    "agent": N_("Thiết bị trên máy của người ký"),
    "hsm": N_("HSM của máy chủ"),
    "vgca": N_("Thiết bị dùng qua VGCA Sign Service"),
    "remote": N_("Dịch vụ ký qua điện thoại"),
}
KEY_FILE = N_("Tệp trên máy chủ (dữ liệu mẫu)")

FACETS: dict[Facet, str] = {
    Facet.YEAR: N_("Năm"),
    Facet.KIND: N_("Tên loại"),
    Facet.ISSUER: N_("Cơ quan ban hành"),
    Facet.CASE_FILE: N_("Hồ sơ"),
    Facet.RETENTION: N_("Thời hạn bảo quản"),
}
A_CASE_FILE = N_("một hồ sơ")
DIRECTIONS: dict[str, str] = {Direction.OUTGOING: N_("Văn bản đi"), Direction.INCOMING: N_("Văn bản đến")}
ORDERS: dict[Order, str] = {Order.RELEVANCE: N_("Sát nhất trước"), Order.NEWEST: N_("Mới nhất trước")}
SEARCH_COLUMNS = (
    N_("Số, ký hiệu"),
    N_("Ngày ban hành"),
    N_("Tên loại và trích yếu"),
    N_("Cơ quan ban hành"),
    N_("Đi hay đến"),
    N_("Trạng thái"),
)
# What may be typed into the search box, as examples.
ASKING = (
    ("mua lu", N_("có đủ các từ, có dấu hay không dấu")),
    ('"mưa lũ"', N_("đúng cụm từ, đúng dấu đã gõ")),
    ("mưa lũ -hạn", N_("không có từ sau dấu trừ")),
    ("123/QĐ-UBND", N_("số và ký hiệu, cả số hay một phần")),
    ("so:123 noidung:lúa trichyeu:thiên", N_("trong số, trong nội dung, trong trích yếu")),
    ("tu:2025 den:06/2026", N_("ban hành từ, đến ngày, tháng hoặc năm")),
)
# What an act on a saved search tells afterwards.
SAVED_ACTS = {"delete": "search_forgotten", "seen": "search_seen", "tell": "search_tells", "silence": "search_silent"}

NOTICES: dict[str, str] = {
    "search_saved": N_("Đã lưu tìm kiếm; văn bản mới khớp sẽ hiện trong hộp việc “Mới theo tìm kiếm đã lưu”."),
    "search_forgotten": N_("Đã xóa tìm kiếm đã lưu."),
    "search_seen": N_("Đã đánh dấu là đã xem."),
    "search_tells": N_("Sẽ báo khi có văn bản mới khớp."),
    "search_silent": N_("Không báo nữa; tìm kiếm vẫn được lưu."),
    "trying_mail": N_("Đang gửi thư thử; nếu không tới, xem lỗi ở bảng tác vụ nền."),
    "reindexing": N_("Đang lập lại chỉ mục tìm kiếm; trong lúc đó vẫn tra cứu được."),
    "saved": N_("Đã lưu."),
    "authority_granted": N_("Đã giao thẩm quyền ký."),
    "authority_passed": N_("Đã giao ký thừa lệnh cho cấp phó."),
    "authority_revoked": N_("Đã thu hồi thẩm quyền ký; văn bản đã ký giữ nguyên."),
    "draft": N_("Đã tạo dự thảo."),
    "again": N_("Đã tạo dự thảo mới với nội dung và tệp kèm theo của văn bản đã hủy số; xin sửa rồi trình."),
    "again_in_ours": N_(
        "Mẫu của cơ quan dùng cho văn bản trước không còn được dùng: đã tạo dự thảo mới theo mẫu chung; "
        "xin xem lại nội dung."
    ),
    "uploaded": N_("Đã đọc tệp Word; xin kiểm tra các thông tin đọc được."),
    "form_added": N_("Mẫu đã qua kiểm tra; xin xem trước rồi đưa vào dùng."),
    "taken_out": N_("Dự thảo đã khóa cho bạn sửa trong Word; tệp đang được tải về."),
    "brought_back": N_("Tệp đã tải lên thành bản mới nhất; dự thảo đã mở khóa."),
    "unlocked": N_("Dự thảo đã mở khóa."),
    "nothing_mended": N_("Không còn chỗ nào sửa được tự động; xin sửa trong Word rồi tải lên."),
    "restored": N_("Đã lấy lại bản cũ; nó là bản mới nhất."),
    "submit": N_("Đã trình. Bản PDF trình ký đang được tạo."),
    "check_content": N_("Đã kiểm tra nội dung."),
    "check_form": N_("Đã kiểm tra thể thức."),
    "approve": N_("Đã duyệt."),
    "approve_and_sign": N_("Đã duyệt; chữ ký số đang được tạo."),
    "countersign": N_("Chữ ký số của thư ký đang được tạo."),
    "sign": N_("Chữ ký số đang được tạo."),
    "signatures_checked": N_("Đã kiểm tra lại các chữ ký trong tệp."),
    "cosign": N_("Đã chuyển tệp qua các bước kiểm tra, ký, cấp số, đóng dấu của cơ quan mình."),
    "sign_in_turn": N_("Chữ ký số đang được tạo; phiếu sẽ tự chuyển tiếp."),
    "return": N_("Đã trả lại."),
    "cancel_signing": N_("Đã hủy lần ký đang chờ; văn bản chờ ký lại."),
    "pass_back": N_("Đã chuyển lại người soạn."),
    "withdraw": N_("Đã rút lại; văn bản trở về dự thảo."),
    "discard": N_("Đã hủy dự thảo."),
    "change_signer": N_("Đã đổi người ký; bản PDF đang được tạo lại."),
    "number": N_("Đã cấp số; số và ngày đang được ghi vào văn bản."),
    "cancel_number": N_("Đã hủy số; số này không dùng lại."),
    "seal": N_("Chữ ký số cơ quan đang được tạo."),
    "release": N_("Đã phát hành; văn bản đang được gửi."),
    "copy": N_("Đã cấp số bản sao và ghi sổ; bản sao đang được làm."),
    "print_original": N_("Đã ghi sổ; bản in đang được làm, xem ở mục “Bản sao, bản chính giấy”."),
    "register": N_("Đã vào sổ văn bản đến."),
    "refuse": N_("Đã trả lại nơi gửi."),
    "present": N_("Đã trình lãnh đạo."),
    "direct": N_("Đã cho ý kiến."),
    "assign": N_("Đã phân công."),
    "start": N_("Đã bắt đầu xử lý; nơi gửi sẽ được báo."),
    "complete": N_("Đã kết thúc xử lý; nơi gửi sẽ được báo."),
    "paper": N_("Đã nhận văn bản giấy; xin vào sổ."),
    "attached": N_("Đã thêm tệp kèm theo."),
    "attached_pdf": N_("Đã thêm bản PDF; bản này được ký số cùng văn bản."),
    "detached": N_("Đã bỏ tệp kèm theo."),
    "filed": N_("Đã đưa vào hồ sơ."),
    "asked": N_("Đã gửi yêu cầu khai thác."),
    "answered": N_("Đã trả lời yêu cầu."),
    "case_file": N_("Đã mở hồ sơ."),
    "meeting": N_("Đã mời họp."),
    "tabled": N_("Đã đưa vào tài liệu họp; bộ tài liệu đang được làm lại."),
    "password": N_("Đã đổi mật khẩu; các phiên khác đã kết thúc."),
    "retried": N_("Tác vụ sẽ được chạy lại."),
    "cancelled_job": N_("Đã hủy tác vụ; có thể khôi phục ở mục “Đã hủy”."),
    "restored_job": N_("Đã khôi phục; tác vụ sẽ được chạy lại."),
    "released_held": N_("Đã cho qua; tệp đang được kiểm tra lại."),
    "wiped_held": N_("Đã xóa."),
}
