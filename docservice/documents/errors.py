"""What documents refuse."""

from docservice.core.errors import Conflict, DocError, Invalid, NotFound, Unavailable
from docservice.core.words import N_, say


class DocumentNotFound(NotFound):
    code = "document_not_found"
    message = N_("Không tìm thấy văn bản.")


class FileNotThere(NotFound):
    code = "file_not_there"
    message = N_("Không tìm thấy tệp.")


class FilesUnavailable(Unavailable):
    code = "files_unavailable"
    message = N_("Kho tệp tạm thời không trả lời; xin thử lại sau ít phút.")


class FilesUnlocked(FilesUnavailable):
    code = "files_unlocked"
    message = N_(
        "Kho tệp {place} không khóa giữ được bản gốc (lock) vì bucket không có object lock; người vận hành xin chuyển"
        " sang bucket có object lock, hoặc bỏ lock khỏi địa chỉ."
    )


class FilesMisplaced(Invalid):
    code = "files_misplaced"
    message = N_("Không mở được nơi lưu tệp ({reason}); xin xem lại địa chỉ, tệp mật khẩu và khóa chủ.")


class FileBroken(DocError):
    code = "file_broken"
    message = N_("Tệp này bị mất hoặc hỏng trong kho tệp; xin báo người vận hành khôi phục từ bản thứ hai.")


class SearchUnavailable(Unavailable):
    code = "search_unavailable"
    message = N_("Tra cứu tạm thời không dùng được; xin thử lại sau ít phút. Hộp việc và sổ đăng ký vẫn dùng được.")


class RevisionMoved(Conflict):
    code = "revision_moved"
    message = N_("Văn bản đã được người khác cập nhật (lần {now}); xin tải lại trước khi thao tác.")


class WrongState(Conflict):
    code = "wrong_state"
    message = N_("Không thể thực hiện việc này: văn bản đang ở bước “{status}”.")


class DraftOut(Conflict):
    code = "draft_out"
    message = N_(
        "Dự thảo đang được {holder} sửa trong Word, từ {since} đến {until}; tải tệp lên hoặc trả khóa rồi mới sửa."
    )


class DraftMoved(Conflict):
    code = "draft_moved"
    message = N_("Dự thảo đã có bản mới hơn bản bạn tải về; xin so sánh hai bản rồi tải bản mới nhất về sửa tiếp.")


SIGNATORY_REASONS = {
    "signatories_missing": N_("xin chọn ít nhất một người ký"),
    "signatories_many": N_("mỗi phiếu có nhiều nhất {most} người ký"),
    "signatory_twice": N_("mỗi người chỉ ký một lần; xin bỏ người bị chọn trùng"),
    "signatory_elsewhere": N_("chỉ người đang giữ chức vụ trong cơ quan mới ký phiếu được"),
    "signatory_without_key": N_("{name} chưa có chứng thư số còn hiệu lực; xin đăng ký chứng thư hoặc chọn người khác"),
}


class SignatoriesWrong(Invalid):
    """`reason` is a code of `SIGNATORY_REASONS`."""

    code = "signatories_wrong"
    message = N_("Danh sách người ký chưa đúng: {reason}.")

    def sentence(self, language: str = "vi") -> str:
        reason = str(self.details["reason"])
        words = say(SIGNATORY_REASONS[reason], language, **{"most": "", "name": "", **self.details})
        return say(self.message, language, reason=words)


class NotJoint(Conflict):
    code = "not_joint"
    message = N_("Văn bản này không phải văn bản liên tịch đang chờ cơ quan mình ký, hoặc việc ký đã bắt đầu.")


class PrintedSignerOther(Conflict):
    """Side B names somebody whom the pages do not."""

    code = "printed_signer_other"
    message = N_(
        "Văn bản in sẵn người ký của cơ quan mình là {printed} ({title}), không phải {chosen}. Xin chọn đúng người; "
        "nếu người ký đã thay đổi, xin từ chối ký và ghi rõ người ký mới để cơ quan soạn thảo sửa."
    )


class PrintedCapacityOther(Conflict):
    """Side B's signer would sign in a capacity the pages do not say."""

    code = "printed_capacity_other"
    message = N_(
        "Văn bản in quyền hạn người ký là “{printed}”, nhưng ở cơ quan mình người này ký với quyền hạn “{own}”. Xin từ "
        "chối ký và ghi rõ để cơ quan soạn thảo sửa."
    )


class OtherSideOtherSigner(Conflict):
    """The other side's signature is not of the person the pages name."""

    code = "other_side_other_signer"
    message = N_(
        "Văn bản in người ký của cơ quan kia là {printed}, nhưng chữ ký số là của {signed}; văn bản không được vào sổ, "
        "xin trả lại nơi gửi."
    )


class ReturnedFileOther(Conflict):
    """A joint file came back, and it is not what was sent with only the places filled."""

    code = "returned_file_other"
    message = N_(
        "Tệp gửi lại không phải tệp cơ quan mình đã gửi, hoặc đã bị sửa ngoài các ô chữ ký, số và ngày; văn bản không "
        "được vào sổ, xin trả lại nơi gửi."
    )


class ReturnedFileIncomplete(Conflict):
    """A joint file came back before the other side had filled all its places."""

    code = "returned_file_incomplete"
    message = N_(
        "Cơ quan kia chưa ghi đủ chữ ký, số, ngày và dấu của mình vào tệp; văn bản không được vào sổ, xin trả lại nơi "
        "gửi."
    )


class ReturnedFileLate(Conflict):
    """A joint file came back that the own document does not wait for: called back, changed or completed meanwhile."""

    code = "returned_file_late"
    message = N_(
        "Tệp gửi lại không phải bản mà cơ quan mình đang chờ: bản này đã được lấy lại, đã có bản mới hơn, hoặc văn bản "
        "đã có đủ chữ ký hai cơ quan; văn bản không được vào sổ, xin trả lại nơi gửi."
    )


class AskedBackAlready(Conflict):
    """A file is asked back once for each time it is sent."""

    code = "asked_back_already"
    message = N_(
        "Đã yêu cầu lấy lại tệp này một lần và cơ quan kia trả lời không trả lại được. Xin chờ tệp đã ký gửi lại; nếu "
        "không thấy, người ký dùng “Thôi chờ cơ quan kia”."
    )


class NotAskedBack(Conflict):
    """Nobody stops waiting for the other side before having asked it for the file."""

    code = "not_asked_back"
    message = N_("Xin yêu cầu lấy lại trước; chỉ thôi chờ khi cơ quan kia không trả lời hoặc không gửi lại.")


class ReasonMissing(Invalid):
    code = "reason_missing"
    message = N_("Xin ghi lý do để cơ quan kia biết.")


class NoWordForSlip(Conflict):
    code = "no_word_for_slip"
    message = N_("Phiếu trình chỉ soạn theo mẫu để đủ chỗ cho từng người ký; xin bấm “Sửa dự thảo”.")


class NotYourTurn(Conflict):
    code = "not_your_turn"
    message = N_("Chưa đến lượt bạn ký, hoặc bạn đã ký rồi; xin xem mục “Người ký” của phiếu.")


class RemarkEmpty(Invalid):
    code = "remark_empty"
    message = N_("Xin ghi nội dung góp ý.")


class RemarksClosed(Conflict):
    code = "remarks_closed"
    message = N_("Văn bản đã ký nên không góp ý được nữa.")


class DatePrecedesSeries(Conflict):
    code = "date_precedes_series"
    message = N_("Ngày {day} sớm hơn ngày của số gần nhất trong sổ ({last}).")


class RegisterAlreadyOpen(Conflict):
    code = "register_already_open"
    message = N_("Sổ {series} năm {year} đã mở.")


class RegisterNotOpen(Conflict):
    code = "register_not_open"
    message = N_("Sổ {series} năm {year} chưa mở; văn thư cần mở sổ ở mục Sổ đăng ký và nhập số cuối cùng đã dùng.")


class FormValueWrong(Invalid):
    """`field` is a place in the form's values (`body[2].table`), `reason` a code of `VALUE_REASONS`."""

    code = "form_value_wrong"
    message = N_("Mục “{field}” chưa đúng: {reason}.")

    def sentence(self, language: str = "vi") -> str:
        field, reason = str(self.details["field"]), str(self.details["reason"])
        name = FIELD_NAMES.get(field.partition("[")[0].partition(".")[0], field)
        return say(
            self.message,
            language,
            field=say(name, language),
            reason=say(VALUE_REASONS.get(reason, reason), language),
        )


COPY_REASONS = {
    "copy_of_certified": N_("sao y và trích sao chỉ được làm từ bản gốc hoặc bản chính; bản sao y thì chọn sao lục"),
    "copy_of_original": N_("sao lục chỉ được làm từ bản sao y"),
    "copy_of_copy": N_("bản sao lục và bản trích sao không được sao tiếp; hãy sao từ bản chính"),
    "copy_same_electronic": N_(
        "văn bản điện tử không sao y, sao lục sang văn bản điện tử; hãy chuyển chính văn bản điện tử đó"
    ),
    "copy_not_final": N_("chỉ sao văn bản đã phát hành hoặc văn bản đến đã vào sổ"),
    "copy_no_file": N_("văn bản chưa có bản PDF để in, sao"),
    "copy_source_unsigned": N_("chữ ký số trên văn bản không hợp lệ nên không sao được"),
    "passages_missing": N_("chưa chọn đoạn nào để trích"),
    "passage_not_found": N_("đoạn “{passage}” không có trong văn bản"),
    "text_not_read": N_("hệ thống đang đọc chữ của văn bản; xin thử lại sau ít giây"),
    "scan_too_poor": N_(
        "bản quét chưa đạt chuẩn số hóa: cần ảnh màu, từ 200 dpi trở lên, tỷ lệ 100%; xin quét lại rồi nhận lại văn bản"
    ),
    "pdf_unreadable": N_("không đọc được tệp PDF"),
    "pdf_encrypted": N_("tệp PDF đặt mật khẩu"),
    "paper_failed": N_("có chữ không trình bày được"),
    "source_values_wrong": N_("phần đã điền khi soạn văn bản này không đọc lại được nên chưa trích sao được"),
}


class CopyRefused(Invalid):
    """`reason` is a code of `COPY_REASONS`; each follows from articles 25 to 27 of Decree 30/2020."""

    code = "copy_refused"
    message = N_("Không làm được bản sao này: {reason}.")

    def sentence(self, language: str = "vi") -> str:
        reason = str(self.details["reason"])
        words = say(COPY_REASONS.get(reason, reason), language, **{"passage": "", **self.details})
        return say(self.message, language, reason=words)


FIELD_NAMES = {
    "amount": N_("Số lượng bản"),
    "reason": N_("Lý do"),
    "place_name": N_("Địa danh"),
    "signature_lines": N_("Chức vụ người ký"),
    "subject": N_("Trích yếu"),
    "addressees": N_("Kính gửi"),
    "citations": N_("Căn cứ"),
    "authority": N_("Thẩm quyền ban hành"),
    "body": N_("Nội dung"),
    "annexes": N_("Phụ lục"),
    "recipients": N_("Nơi nhận"),
    "archive": N_("Lưu"),
    "signer": N_("Người ký"),
    "kind": N_("Tên loại"),
    "origin_name": N_("Cơ quan ban hành"),
    "title": N_("Tên"),
    "sender": N_("Người, cơ quan gửi"),
    "invited": N_("Kính mời"),
    "occasion": N_("Tới dự"),
    "chair": N_("Chủ trì"),
    "time": N_("Thời gian"),
    "place": N_("Địa điểm"),
    "person": N_("Ông (bà), đơn vị công tác"),
    "position": N_("Chức vụ"),
    "sent_to": N_("Được cử đến"),
    "partner_name": N_("Cơ quan cùng ký"),
    "partner_title": N_("Chức vụ người ký của cơ quan cùng ký"),
    "partner_signer": N_("Họ tên người ký của cơ quan cùng ký"),
    "presented_to": N_("Kính trình"),
    "purpose": N_("Về việc"),
    "valid_until": N_("Có giá trị đến hết ngày"),
    "requested_on": N_("Ngày của đơn đề nghị"),
    "duration": N_("Thời gian nghỉ phép"),
    "from_day": N_("Kể từ ngày"),
    "to_day": N_("Đến hết ngày"),
    "leave_kind": N_("Được tính vào thời gian"),
    "confirmed_by": N_("Xác nhận của (cơ quan, chính quyền nơi nghỉ phép)"),
    "started_at": N_("Thời gian bắt đầu"),
    "attendees": N_("Thành phần tham dự"),
    "secretary": N_("Thư ký (người ghi biên bản)"),
    "ended_at": N_("Kết thúc vào"),
}
VALUE_REASONS = {
    "value_missing": N_("chưa nhập"),
    "value_wrong": N_("giá trị không dùng được"),
    "value_wrong_type": N_("kiểu dữ liệu không đúng"),
    "day_unclear": N_("không phải là một ngày; xin ghi theo dạng ngày/tháng/năm"),
    "value_too_long": N_("dài quá giới hạn"),
    "value_control_character": N_("có ký tự không in được"),
    "block_unknown": N_("có đoạn không rõ loại"),
    "archive_elsewhere": N_("dòng “Lưu: …” ghi ở mục Lưu"),
    "row_length": N_("bảng có hàng thiếu hoặc thừa ô"),
    "table_too_wide": N_("bảng rộng hơn trang giấy"),
    "field_unknown": N_("có mục không thuộc mẫu này"),
    "post_vacant": N_("chức vụ này hiện chưa có người giữ"),
    "in_charge_without_title": N_("người phụ trách chưa có chức vụ cấp phó để ghi dưới KT."),
}


class KindUnknown(Invalid):
    code = "kind_unknown"
    message = N_("Chưa có mẫu cho loại văn bản “{kind}”.")


class DraftNotWord(NotFound):
    code = "draft_not_word"
    message = N_("Dự thảo này được soạn theo mẫu, không phải tệp Word; xin mở trang soạn và sửa ở đó.")


class DraftUnsaved(Conflict):
    code = "draft_unsaved"
    message = N_("Bạn còn phần soạn dở chưa lưu; xin mở trang soạn để lưu hoặc bỏ phần ấy rồi mới sửa thể thức.")


NOT_CHECKED_REASONS = {
    "no_draft": N_("văn bản đã ký hoặc không còn là dự thảo"),
    "other_family": N_("loại văn bản này có thể thức theo quy định riêng"),
}


class FormNotChecked(Conflict):
    """`reason` is a code of `NOT_CHECKED_REASONS`."""

    code = "form_not_checked"
    message = N_("Không kiểm tra thể thức theo Nghị định 30/2020/NĐ-CP: {reason}.")

    def sentence(self, language: str = "vi") -> str:
        return say(self.message, language, reason=say(NOT_CHECKED_REASONS[str(self.details["reason"])], language))


class NotConvertible(Invalid):
    """`reason` is a code of `templates`."""

    code = "not_convertible"
    message = N_("Không chuyển được dự thảo sang PDF ({reason}); xin xem lại nội dung.")


class SlotMissing(Conflict):
    code = "slot_missing"
    message = N_("Mẫu văn bản thiếu vị trí “{mark}” cho số, ngày hoặc chữ ký.")
