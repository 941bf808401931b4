"""Makes pictures of digits as people take and draw them, and pictures of no digit.

Run it in its own directory, with numpy and Pillow; the tests read what it writes:
`digits/KIND/INDEX-DIGIT`, made of that test image; `none/KIND`; `formats`, every name of which is
wrong; `turned/FORMAT-ORIENTATION`; and `three.jpg`, a row of digits.
"""

import gzip
import io
import pathlib
import zlib

import numpy
from PIL import Image, ImageDraw, ImageFilter

PLACE = pathlib.Path(__file__).resolve().parent
MNIST = PLACE.parents[2] / "share" / "mnist"
SIDE = 280
# Pictures of a kind.
COUNT = 6


def picture(levels):
    return Image.fromarray(numpy.clip(numpy.round(levels), 0, 255).astype(numpy.uint8))


def ink(image, side=SIDE):
    """How much of every pixel is ink, 0 to 1, enlarged smoothly."""
    return numpy.asarray(Image.fromarray(image).resize((side, side), Image.BICUBIC)) / 255


def texture(random, shape, cells=8):
    """Soft spots, 0 to 1."""
    spots = picture(random.random((cells, cells)) * 255).resize(shape[::-1], Image.BICUBIC)
    return numpy.asarray(spots) / 255


def plain(image, random):
    return picture(255 - 255 * ink(image))


def framed(color, width, inset=0, radius=0):
    def draw(image, random):
        sheet = plain(image, random).convert("RGB")
        corners = [inset, inset, SIDE - 1 - inset, SIDE - 1 - inset]
        ImageDraw.Draw(sheet).rounded_rectangle(corners, radius, outline=color, width=width)
        return sheet

    return draw


def two_sides(image, random):
    sheet = plain(image, random)
    ImageDraw.Draw(sheet).line([0, 0, 0, SIDE - 1, SIDE - 1, SIDE - 1], fill=0, width=5)
    return sheet


def card(image, random):
    table = Image.new("L", (400, 360), 30)
    table.paste(plain(image, random), (60, 40))
    return table


def skeleton(mask):
    """Strokes thinned to a pixel (T. Zhang and C. Suen, 1984)."""
    mask = numpy.pad(mask, 1).astype(int)
    while True:
        before = mask.sum()
        for half in (0, 1):
            # The neighbours from the top, clockwise; N, E, S, W are every second.
            around = [numpy.roll(mask, place, (0, 1)) for place in
                      [(1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1)]]
            north, east, south, west = around[::2]
            turns = sum(
                (one == 0) & (two == 1) for one, two in zip(around, around[1:] + around[:1]))
            count = sum(around)
            ends = [east * south * (north | west), north * west * (east | south)][half]
            mask &= ~((count >= 2) & (count <= 6) & (turns == 1) & (ends == 0))
        if mask.sum() == before:
            return mask[1:-1, 1:-1]


def pen(width):
    """The middle of the strokes, drawn again by a pen of that width."""

    def draw(image, random):
        sheet = Image.new("L", (SIDE, SIDE), 255)
        dots = {tuple(dot) for dot in numpy.argwhere(skeleton(image > 100))}
        for row, column in dots:
            for down, across in ((0, 1), (1, -1), (1, 0), (1, 1)):
                if (row + down, column + across) in dots:
                    ends = [column, row, column + across, row + down]
                    ImageDraw.Draw(sheet).line([10 * end + 5 for end in ends], 0, width)
        return sheet

    return draw


def photograph(image, random):
    """Light from one side, a soft lens and noise."""
    share = numpy.pad(ink(image), 60)
    light = numpy.linspace(0.6, 1, share.shape[1]) * numpy.linspace(0.9, 1, share.shape[0])[:, None]
    sheet = picture((235 - 200 * share) * light).filter(ImageFilter.GaussianBlur(1.2))
    return picture(numpy.asarray(sheet) + random.normal(0, 4, share.shape)).convert("RGB")


def vignette(image, random):
    share = numpy.pad(ink(image), 40)
    rows, columns = numpy.mgrid[-1 : 1 : share.shape[0] * 1j, -1 : 1 : share.shape[1] * 1j]
    light = 1 - 0.3 * (rows**2 + columns**2)
    return picture((240 - 210 * share) * light + random.normal(0, 3, share.shape))


def chalk(image, random):
    share = numpy.pad(ink(image), 50)
    board = 50 + 12 * texture(random, share.shape)
    share = share * (0.5 + 0.5 * random.random(share.shape))
    return picture(board + share * (220 - board))


def pencil(image, random):
    share = numpy.pad(ink(image), 50) * (0.6 + 0.4 * random.random((380, 380)))
    return picture(238 - 75 * share + random.normal(0, 2, share.shape))


def squared(image, random):
    share = numpy.pad(ink(image), 50)[..., None]
    sheet = numpy.full((380, 380, 3), 250.0)
    step = random.integers(28, 50)
    sheet[random.integers(step) :: step] = sheet[:, random.integers(step) :: step] = (150, 170, 215)
    return picture(sheet * (1 - share) + share * numpy.array([20, 30, 120]))


def tilted(image, random):
    turn = random.choice([-1, 1]) * random.uniform(8, 15)
    return plain(image, random).rotate(turn, Image.BICUBIC, fillcolor=255)


def on_a_sheet(image, random):
    share = ink(image, 100)
    sheet = numpy.full((1754, 1240), 250.0)
    row, column = random.integers(60, 1500), random.integers(60, 1000)
    sheet[row : row + 100, column : column + 100] -= 220 * share
    return picture(sheet)


def on_a_desk(image, random):
    """A sheet that lies crooked on a darker desk."""
    sheet = picture(235 - 190 * numpy.pad(ink(image, 240), 80)).convert("RGBA")
    sheet = sheet.rotate(random.uniform(-6, 6), Image.BICUBIC, expand=True)
    desk = Image.fromarray(numpy.uint8(80 + 20 * texture(random, (480, 640)))).convert("RGBA")
    desk.paste(sheet, (int(random.integers(60, 140)), int(random.integers(10, 40))), sheet)
    return desk.convert("L")


KINDS = {
    "plain": plain,
    "grey-frame": framed((200, 200, 200), 1),
    "black-frame": framed((0, 0, 0), 3),
    "inset-frame": framed((0, 0, 0), 3, 8),
    "round-coloured-frame": framed((200, 30, 30), 6, 6, 40),
    "two-sides": two_sides,
    "card": card,
    "thin-black-frame": framed((0, 0, 0), 1),
    "pen-of-1": pen(1),
    "pen-of-2": pen(2),
    "pen-of-5": pen(5),
    "pen-of-15": pen(15),
    "pen-of-40": pen(40),
    "photograph": photograph,
    "vignette": vignette,
    "chalk": chalk,
    "pencil": pencil,
    "squared": squared,
    "tilted": tilted,
    "on-a-sheet": on_a_sheet,
    "on-a-desk": on_a_desk,
}
# What has noise is kept as JPEG.
NOISY = {"photograph", "vignette", "chalk", "pencil", "on-a-desk"}


def row(images, random):
    """A photograph of digits side by side on squared paper."""
    parts = []
    for image in images:
        share = ink(image, 200)
        columns = numpy.flatnonzero((share > 0.3).any(0))
        gap = numpy.zeros((200, random.integers(30, 60)))
        parts += [gap, share[:, columns[0] : columns[-1] + 1]]
    share = numpy.pad(numpy.hstack(parts), 40)[..., None]
    sheet = numpy.full((*share.shape[:2], 3), (240.0, 236, 226))
    sheet[15::40] = sheet[:, 25::40] = (196, 204, 218)
    sheet = sheet * (1 - share) + share * numpy.array([35, 45, 110])
    light = numpy.linspace(0.75, 1, share.shape[1])[:, None]
    sheet = picture(sheet * light).filter(ImageFilter.GaussianBlur(1))
    return picture(numpy.asarray(sheet) + random.normal(0, 3, share.shape))


def encoded(picture, form, **options):
    """The bytes of a file."""
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


# MARK: No digits


def blank(random):
    return picture(random.integers(256) + random.normal(0, random.uniform(0, 3), (SIDE, SIDE)))


def noise(random):
    return picture(random.integers(0, 256, (SIDE // 2, SIDE // 2)))


def disc(random):
    sheet = Image.new("L", (SIDE, SIDE), 255)
    (x, y), (a, b) = random.integers(90, 190, 2), random.integers(30, 80, 2)
    ImageDraw.Draw(sheet).ellipse([x - a, y - b, x + a, y + b], fill=int(random.integers(120)))
    return sheet


def letter(random):
    """M, W, K, H and E of straight strokes."""
    sheet = Image.new("L", (SIDE, SIDE), 255)
    letters = [
        [(60, 220), (60, 60), (140, 180), (220, 60), (220, 220)],
        [(60, 60), (100, 220), (140, 90), (180, 220), (220, 60)],
        [(80, 60), (80, 220), (80, 140), (200, 60), (80, 140), (200, 220)],
        [(80, 60), (80, 220), (80, 140), (200, 140), (200, 60), (200, 220)],
        [(200, 60), (80, 60), (80, 140), (190, 140), (80, 140), (80, 220), (200, 220)],
    ]
    moved = [(x + random.integers(-8, 9), y + random.integers(-8, 9)) for x, y in
             letters[random.integers(len(letters))]]
    width = int(random.integers(12, 28))
    ImageDraw.Draw(sheet).line(moved, fill=0, width=width, joint="curve")
    return sheet


def scene(random):
    """As a photograph of a landscape: soft shapes of all sizes, and grain."""
    sheet = sum(size * texture(random, (SIDE, SIDE), cells) for size, cells in
                [(60, 3), (40, 8), (25, 20)])
    return picture(128 + sheet + random.normal(0, 5, (SIDE, SIDE)))


NO_DIGITS = {"blank": blank, "noise": noise, "disc": disc, "letter": letter, "scene": scene}

# MARK: Files

FORMATS = {
    "PNG": {}, "PNG-1-bit": {"mode": "1"}, "PNG-palette": {"mode": "P"},
    "PNG-alpha": {"mode": "LA"}, "JPEG": {}, "JPEG-CMYK": {"mode": "CMYK"},
    "JPEG-progressive": {"progressive": True}, "TIFF": {}, "TIFF-LZW": {"compression": "tiff_lzw"},
    "TIFF-fax": {"mode": "1", "compression": "group4"}, "WEBP": {"mode": "RGB"},
    "WEBP-lossless": {"mode": "RGBA", "lossless": True}, "GIF": {},
    "GIF-1-bit": {"mode": "1"}, "BMP": {},
    "BMP-colour": {"mode": "RGB"},
}  # fmt: skip
# How a picture is stored so that a program that heeds the orientation sees it upright.
TURNS = {
    2: Image.FLIP_LEFT_RIGHT, 3: Image.ROTATE_180, 4: Image.FLIP_TOP_BOTTOM, 5: Image.TRANSPOSE,
    6: Image.ROTATE_90, 7: Image.TRANSVERSE, 8: Image.ROTATE_270,
}  # fmt: skip


def turned(sheet, form, orientation):
    stored = sheet.transpose(TURNS[orientation]) if orientation in TURNS else sheet
    exif = Image.Exif()
    exif[0x112] = orientation
    entry = {"tiffinfo": exif, "compression": "tiff_lzw"} if form == "TIFF" else {"exif": exif}
    options = {"lossless": True} if form == "WEBP" else {}
    return encoded(stored, form, **entry, **options)


def save(data, *names):
    path = PLACE.joinpath(*names)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def save_picture(made, is_noisy, *names):
    *folders, name = names
    if is_noisy:
        save(encoded(made, "JPEG", quality=80), *folders, f"{name}.jpg")
    else:
        save(encoded(made, "PNG", optimize=True), *folders, f"{name}.png")


def test_set():
    def content(name, header):
        with gzip.open(MNIST / f"t10k-{name}-ubyte.gz") as file:
            return numpy.frombuffer(file.read()[header:], numpy.uint8)

    return content("images-idx3", 16).reshape(-1, 28, 28), content("labels-idx1", 8)


def main():
    images, labels = test_set()
    for kind, draw in KINDS.items():
        random = numpy.random.default_rng(zlib.crc32(kind.encode()))
        for index in random.choice(10_000, COUNT, replace=False):
            save_picture(
                draw(images[index], random), kind in NOISY, "digits", kind,
                f"{index}-{labels[index]}")
    for kind, draw in NO_DIGITS.items():
        random = numpy.random.default_rng(zlib.crc32(kind.encode()))
        for number in range(COUNT):
            save_picture(draw(random), False, "none", kind, str(number))
    random = numpy.random.default_rng(1)
    seven = plain(images[17], random).resize((140, 140), Image.BICUBIC)
    for name, options in FORMATS.items():
        options = dict(options)
        converted = seven.convert(options.pop("mode", "L"))
        save(encoded(converted, name.split("-")[0], **options), "formats", f"{name}.txt")
    sheet = Image.new("L", (250, 150), "white")
    sheet.paste(seven, (100, 5))
    for form in ["JPEG", "PNG", "WEBP", "TIFF"]:
        for orientation in range(1, 9):
            saved = sheet.convert("RGB") if form == "WEBP" else sheet
            save(turned(saved, form, orientation), "turned", f"{form}-{orientation}")
    save_picture(row(images[[17, 1, 2]], random), True, "three")


if __name__ == "__main__":
    main()
