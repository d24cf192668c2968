"""What search refuses."""

from docservice.core.errors import Conflict, Invalid, NotFound, Unavailable
from docservice.core.words import N_


class SavedSearchNotFound(NotFound):
    code = "saved_search_not_found"
    message = N_("Không tìm thấy tìm kiếm đã lưu này.")


class SearchEmpty(Invalid):
    code = "search_empty"
    message = N_("Hãy gõ từ cần tìm hoặc chọn một điều kiện rồi mới lưu tìm kiếm.")


class TooManySaved(Conflict):
    code = "too_many_saved"
    message = N_("Mỗi người lưu được tối đa {most} tìm kiếm; xin xóa bớt tìm kiếm không dùng nữa.")


class IndexBeingRebuilt(Unavailable):
    code = "index_being_rebuilt"
    message = N_("Chỉ mục đang được lập lại; tra cứu sẽ dùng được khi xong. Các danh sách khác vẫn dùng bình thường.")


class IndexNotMade(Unavailable):
    code = "index_not_made"
    message = N_(
        "Dữ liệu và tệp đã ở nơi mới và đã so khớp toàn bộ, nhưng chỉ mục tra cứu không trả lời; khi nó chạy lại, hãy"
        " chạy `docservice reindex`."
    )
