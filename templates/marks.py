"""Where two pictures of one page differ, and how that is marked in them: by colour, by line and by number."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFont

from templates.fonts import BOLD, font_file

Box = tuple[int, int, int, int]

# Two drawings of the same thing by the same program are equal: whatever differs by more than this is meant.
_FAINT = 8
_CELL = 8  # pixels; places nearer than two cells are one
_NEAR = 2
_MOST = 12
_ROOM = 5
_GREEN, _RED = (14, 98, 50), (190, 18, 28)
_TAG = 26
_GROUND, _INK, _GAP, _HEAD, _NARROWEST = (226, 230, 236), (23, 32, 44), 24, 56, 420


@dataclass(frozen=True)
class Region:
    """Where a page differs, in pixels of its picture; `number` is written beside it.

    `field` is the form field that changed there, empty for what is none; `allowed` says whether it was left open.
    """

    left: int
    top: int
    width: int
    height: int
    number: int
    field: str
    allowed: bool


@dataclass(frozen=True)
class Place:
    """A changed field's box in the picture."""

    field: str
    box: Box
    allowed: bool


def whole_page(size: tuple[int, int]) -> Region:
    """A page that came, went or changed its size: all of it differs."""
    return Region(0, 0, *size, 0, "", allowed=False)


def regions_between(
    full: tuple[Image.Image, Image.Image], bare: tuple[Image.Image, Image.Image], places: Sequence[Place]
) -> list[Region]:
    """The places where `full` differs, top first.

    `bare` are the same pages without the fields that were allowed to change: what differs there was not allowed, and
    so was whatever differs outside of every such field.
    """
    changed, wrong = _difference(*full), _difference(*bare)
    outside = changed.copy()
    for place in places:
        if place.allowed:
            outside.paste(0, place.box)
    wrong = ImageChops.lighter(wrong, outside)
    right = ImageChops.subtract(changed, wrong)
    regions = []
    for place in places:
        mask = right if place.allowed else wrong
        found = _inside(mask, place.box)
        if found is not None:
            regions.append(_region(found, place.field, allowed=place.allowed))
            mask.paste(0, place.box)
    regions += [_region(box, "", allowed=False) for box in _clusters(wrong)]
    return sorted(regions, key=lambda region: (region.top, region.left))


def marked(picture: Image.Image, regions: Sequence[Region]) -> bytes:
    """The picture as WebP with a frame and a number at each region: dashed green where allowed, else solid red."""
    image = picture.copy()
    draw = ImageDraw.Draw(image)
    for region in regions:
        left, top = max(2, region.left - _ROOM), max(2, region.top - _ROOM)
        right = min(image.width - 3, region.left + region.width + _ROOM)
        bottom = min(image.height - 3, region.top + region.height + _ROOM)
        colour = _GREEN if region.allowed else _RED
        if region.allowed:
            _dashed(draw, (left, top, right, bottom), colour)
        else:
            draw.rectangle((left, top, right, bottom), outline=colour, width=4)
        _tag(draw, region.number, (left, top, right, bottom), colour, image.width)
    out = io.BytesIO()
    image.save(out, "WEBP", quality=80, method=4)
    return out.getvalue()


def side_by_side(before: bytes, after: bytes, *, titles: tuple[str, str]) -> bytes:
    """Two pictures made by `marked` as one PNG, each under its title; an empty one leaves its half blank."""
    pictures = [Image.open(io.BytesIO(data), formats=["WEBP"]) if data else None for data in (before, after)]
    width = max([_NARROWEST, *(picture.width for picture in pictures if picture is not None)])
    height = max(picture.height for picture in pictures if picture is not None)
    sheet = Image.new("RGB", (2 * width + 3 * _GAP, height + _HEAD + _GAP), _GROUND)
    draw, font = ImageDraw.Draw(sheet), ImageFont.truetype(str(font_file(BOLD)), 26)
    for side, (picture, title) in enumerate(zip(pictures, titles, strict=True)):
        left = _GAP + side * (width + _GAP)
        draw.text((left + width / 2, _HEAD / 2), title, font=font, fill=_INK, anchor="mm")
        if picture is not None:
            sheet.paste(picture, (left, _HEAD))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _difference(one: Image.Image, other: Image.Image) -> Image.Image:
    """White where the pictures differ in any colour."""
    red, green, blue = ImageChops.difference(one, other).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point([255 if value > _FAINT else 0 for value in range(256)])


def _inside(mask: Image.Image, box: Box) -> Box | None:
    """The box of what is white within the given box."""
    left, top, _, _ = box
    found = mask.crop(box).getbbox()
    return (found[0] + left, found[1] + top, found[2] + left, found[3] + top) if found else None


def _region(box: Box, field: str, *, allowed: bool) -> Region:
    left, top, right, bottom = box
    return Region(left, top, right - left, bottom - top, 0, field, allowed)


def _clusters(mask: Image.Image) -> list[Box]:
    """The boxes of what lies near together; when they are many, nearer and nearer ones count as one."""
    small = mask.reduce(_CELL)
    data = small.tobytes()
    cells = {(at % small.width, at // small.width) for at, value in enumerate(data) if value}
    boxes = [_grown(box) for box in _islands(cells)]
    gap = _CELL * _NEAR
    while len(boxes) > _MOST:
        boxes, gap = _joined(boxes, gap), gap * 2
    tight = [_inside(mask, _within(box, mask.size)) for box in _joined(boxes, 0)]
    return [box for box in tight if box is not None]


def _islands(cells: set[tuple[int, int]]) -> list[Box]:
    """Groups of cells no further than `_NEAR` apart, as boxes in cells."""
    left = set(cells)
    boxes = []
    reach = range(-_NEAR, _NEAR + 1)
    while left:
        island = [left.pop()]
        for x, y in island:
            near = {(x + dx, y + dy) for dx in reach for dy in reach} & left
            left -= near
            island += near
        columns, rows = [x for x, _ in island], [y for _, y in island]
        boxes.append((min(columns), min(rows), max(columns) + 1, max(rows) + 1))
    return boxes


def _grown(box: Box) -> Box:
    left, top, right, bottom = box
    return left * _CELL, top * _CELL, right * _CELL, bottom * _CELL


def _within(box: Box, size: tuple[int, int]) -> Box:
    left, top, right, bottom = box
    return left, top, min(right, size[0]), min(bottom, size[1])


def _joined(boxes: Sequence[Box], gap: int) -> list[Box]:
    """Boxes nearer than `gap` to one another as one box around them."""
    joined: list[Box] = []
    for box in boxes:
        one = box
        while touching := [other for other in joined if _touch(one, other, gap)]:
            joined = [other for other in joined if other not in touching]
            sides = list(zip(one, *touching, strict=True))
            one = (min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3]))
        joined.append(one)
    return joined


def _touch(one: Box, other: Box, gap: int) -> bool:
    apart = one[0] >= other[2] + gap or other[0] >= one[2] + gap or one[1] >= other[3] + gap or other[1] >= one[3] + gap
    return not apart


def _dashed(draw: ImageDraw.ImageDraw, box: Box, colour: tuple[int, int, int]) -> None:
    left, top, right, bottom = box
    for x in range(left, right, 14):
        for y in (top, bottom):
            draw.line((x, y, min(x + 8, right), y), fill=colour, width=3)
    for y in range(top, bottom, 14):
        for x in (left, right):
            draw.line((x, y, x, min(y + 8, bottom)), fill=colour, width=3)


def _tag(draw: ImageDraw.ImageDraw, number: int, box: Box, colour: tuple[int, int, int], width: int) -> None:
    """The number on a small plate beside the frame, so that it hides nothing: at its left, else right, else inside."""
    text, font = str(number), ImageFont.truetype(str(font_file(BOLD)), _TAG - 4)
    plate = max(_TAG, int(font.getlength(text)) + 12)
    left = box[0] - plate if box[0] >= plate else (box[2] if box[2] + plate <= width else box[0])
    draw.rectangle((left, box[1], left + plate, box[1] + _TAG), fill=colour)
    draw.text((left + plate / 2, box[1] + _TAG / 2), text, font=font, fill="white", anchor="mm")
