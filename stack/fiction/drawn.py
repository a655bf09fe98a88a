"""Pictures of the story, drawn by this code: the same each time, of nobody and of no real place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from math import cos, pi, sin
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

#: Drawn so many times larger, and made smaller, so that edges are smooth.
_FINER: Final = 2
WIDE: Final = (1_200, 600)
SQUARE: Final = (480, 480)
SAND, STONE, DUSK, TEAL, SEA = "#f0e2c4", "#c9b48d", "#7a5c44", "#0a6577", "#2f8fa3"
SKY, SUN, LEAF, NIGHT, WHITE = "#cfe7ec", "#f2b544", "#3f7d4e", "#1d3d4a", "#fdfcf9"
Draw = Callable[["ImageDraw", int, int, str], None]


def drawn(motif: str, colour: str = TEAL) -> BytesIO:
    """A PNG of a motif of :data:`MOTIFS`; ``colour`` is what it is mostly made of, where that can be chosen."""
    from PIL import Image, ImageDraw

    size, draw = MOTIFS[motif]
    width, height = (side * _FINER for side in size)
    picture = Image.new("RGB", (width, height), SKY)
    draw(ImageDraw.Draw(picture), width, height, colour)
    written = BytesIO()
    picture.resize(size, Image.Resampling.LANCZOS).save(written, "PNG")
    written.seek(0)
    return written


def _disc(pen: ImageDraw, x: float, y: float, radius: float, fill: str) -> None:
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


def _hills(pen: ImageDraw, size: tuple[int, int], base: float, fill: str, waves: float) -> None:
    width, height = size
    top = [
        (x, height * base - height * 0.1 * sin(waves * pi * x / width) - height * 0.04 * cos(7 * x / width))
        for x in range(0, width + 1, 8)
    ]
    pen.polygon([(0, height), *top, (width, height)], fill=fill)


def _palm(pen: ImageDraw, x: float, foot: float, tall: float) -> None:
    pen.polygon([(x - tall * 0.03, foot), (x + tall * 0.03, foot), (x + tall * 0.1, foot - tall)], fill=DUSK)
    head = x + tall * 0.1, foot - tall
    for turn in range(9):
        angle = pi * (0.92 + turn * 0.145)
        far = head[0] + cos(angle) * tall * 0.46, head[1] + sin(angle) * tall * 0.3 + tall * 0.12
        side = head[0] + cos(angle) * tall * 0.28, head[1] + sin(angle) * tall * 0.34 - tall * 0.02
        pen.polygon([head, side, far], fill=LEAF)


def _palms(pen: ImageDraw, width: int, height: int, _: str) -> None:
    _disc(pen, width * 0.78, height * 0.26, height * 0.12, SUN)
    _hills(pen, (width, height), 0.66, STONE, 2.4)
    _hills(pen, (width, height), 0.8, SAND, 1.6)
    for x, tall in ((0.16, 0.58), (0.27, 0.44), (0.42, 0.62), (0.9, 0.4)):
        pen.ellipse((width * (x - 0.07), height * 0.86, width * (x + 0.09), height * 0.92), fill=STONE)
        _palm(pen, width * x, height * 0.89, height * tall)


def _wadi(pen: ImageDraw, width: int, height: int, _: str) -> None:
    _disc(pen, width * 0.2, height * 0.22, height * 0.09, SUN)
    _hills(pen, (width, height), 0.5, DUSK, 3.1)
    _hills(pen, (width, height), 0.64, STONE, 2.2)
    pen.rectangle((0, height * 0.68, width, height), fill=SAND)
    for step in range(width // 6):
        x = step * 6
        middle = height * (0.84 + 0.05 * sin(2.2 * pi * x / width))
        pen.rectangle((x, middle - height * 0.07, x + 6, middle + height * 0.07), fill=SEA)
    for mark in range(5):
        pen.rectangle(
            (width * 0.7, height * (0.52 + mark * 0.05), width * 0.715, height * (0.55 + mark * 0.05)),
            fill=WHITE if mark % 2 else TEAL,
        )


def _street(pen: ImageDraw, width: int, height: int, _: str) -> None:
    for number, tall in enumerate((0.3, 0.44, 0.36, 0.5, 0.28, 0.4, 0.34, 0.46)):
        left = width * number / 8
        pen.rectangle(
            (left, height * (0.68 - tall), left + width * 0.115, height * 0.68),
            fill=(SAND, STONE)[number % 2],
        )
        for row in range(int(tall * 12)):
            for column in range(3):
                x, y = left + width * (0.02 + column * 0.032), height * (0.72 - tall + row * 0.075)
                if y < height * 0.62:
                    pen.rectangle((x, y, x + width * 0.016, y + height * 0.038), fill=SEA)
    pen.rectangle((0, height * 0.68, width, height), fill=NIGHT)
    for number in range(9):
        left = width * (0.03 + number * 0.11)
        pen.line((left, height * 0.72, left - width * 0.02, height * 0.96), fill=WHITE, width=height // 90)
        if number % 3:
            pen.rounded_rectangle(
                (left + width * 0.015, height * 0.76, left + width * 0.085, height * 0.9),
                radius=height * 0.03,
                fill=(SUN, SEA, WHITE)[number % 3],
            )


def _gauge(pen: ImageDraw, width: int, height: int, colour: str) -> None:
    pen.rectangle((0, 0, width, height), fill=WHITE)
    middle = width * 0.5, height * 0.5
    for ring in range(4, 0, -1):
        _disc(pen, *middle, height * 0.11 * ring, (SKY, WHITE)[ring % 2])
    for turn in range(16):
        angle = pi * turn / 8
        pen.line(
            (
                middle[0] + cos(angle) * height * 0.3,
                middle[1] + sin(angle) * height * 0.3,
                middle[0] + cos(angle) * height * 0.38,
                middle[1] + sin(angle) * height * 0.38,
            ),
            fill=colour,
            width=height // 70,
        )
    _disc(pen, *middle, height * 0.13, colour)
    for side in (-1, 1):
        for wave in range(3):
            radius, x = height * (0.1 + wave * 0.07), middle[0] + side * width * 0.3
            around = (x - radius, middle[1] - radius, x + radius, middle[1] + radius)
            begin = 130 if side < 0 else -50
            pen.arc(around, begin, begin + 100, fill=colour, width=height // 45)


def _lamp(pen: ImageDraw, width: int, height: int, colour: str) -> None:
    pen.rectangle((0, 0, width, height), fill=NIGHT)
    for x in (0.2, 0.5, 0.8):
        top = width * x, height * 0.24
        pen.polygon(
            [top, (width * (x - 0.13), height * 0.88), (width * (x + 0.13), height * 0.88)], fill="#3d5f66"
        )
        pen.line((*top, top[0], height * 0.88), fill=STONE, width=height // 60)
        _disc(pen, *top, height * 0.05, SUN)
    pen.rectangle((0, height * 0.88, width, height), fill=colour)


def _mark(pen: ImageDraw, width: int, height: int, colour: str) -> None:
    """A sign such as authorities have: eight points around a channel of water."""
    pen.rectangle((0, 0, width, height), fill=WHITE)
    middle, radius = width / 2, width * 0.42
    points = [
        (
            middle + cos(pi * turn / 8) * radius * (1 if turn % 2 else 0.72),
            middle + sin(pi * turn / 8) * radius * (1 if turn % 2 else 0.72),
        )
        for turn in range(16)
    ]
    pen.polygon(points, fill=colour)
    _disc(pen, middle, middle, radius * 0.5, WHITE)
    for row in (-1, 0, 1):
        line = [
            (middle + x * radius * 0.01, middle + row * radius * 0.2 + sin(x / 9) * radius * 0.05)
            for x in range(-34, 35, 2)
        ]
        pen.line(line, fill=colour, width=width // 40, joint="curve")


def _man(pen: ImageDraw, width: int, height: int, colour: str) -> None:
    """Somebody with an embroidered cap."""
    pen.rectangle((0, 0, width, height), fill=colour)
    _body(pen, width, height, WHITE)
    pen.pieslice((width * 0.34, height * 0.16, width * 0.66, height * 0.5), 180, 360, fill=SAND)
    pen.rectangle((width * 0.34, height * 0.31, width * 0.66, height * 0.36), fill=SAND)
    for number in range(6):
        _disc(pen, width * (0.37 + number * 0.052), height * 0.33, width * 0.012, colour)


def _woman(pen: ImageDraw, width: int, height: int, colour: str) -> None:
    """Somebody with a scarf."""
    pen.rectangle((0, 0, width, height), fill=SKY)
    pen.ellipse((width * 0.27, height * 0.14, width * 0.73, height * 0.74), fill=colour)
    _body(pen, width, height, colour)


def _body(pen: ImageDraw, width: int, height: int, clothes: str) -> None:
    pen.ellipse((width * 0.14, height * 0.64, width * 0.86, height * 1.5), fill=clothes)
    pen.ellipse((width * 0.35, height * 0.24, width * 0.65, height * 0.66), fill="#c79a72")


MOTIFS: Final[Mapping[str, tuple[tuple[int, int], Draw]]] = {
    "palms": (WIDE, _palms),
    "wadi": (WIDE, _wadi),
    "street": (WIDE, _street),
    "gauge": (WIDE, _gauge),
    "lamp": (WIDE, _lamp),
    "mark": (SQUARE, _mark),
    "man": (SQUARE, _man),
    "woman": (SQUARE, _woman),
}
