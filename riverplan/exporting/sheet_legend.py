"""The legend of the sheet: only what is drawn, each with a small picture of the same ink."""

from riverplan.exporting.sheet_map import MapPicture, legend_classes
from riverplan.exporting.symbology import (
    AFFECTED_WIDTH,
    ARRIVAL_CLASSES,
    CASING,
    SYMBOLS,
    UNAFFECTED,
    UNAFFECTED_WIDTH,
    Symbol,
    arrival_label,
)
from riverplan.i18n import Lang, text
from riverplan.units import km

_WIDE, _HIGH = 12.0, 3.2
"""Size of a line's picture [mm]."""


def _svg(inside: str, wide: float = _WIDE, high: float = _HIGH) -> str:
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}mm" height="{high}mm" '
            f'viewBox="0 0 {wide} {high}">{inside}</svg>')


def _line(colour: str, points: float, dash: tuple[float, ...] = (), wide: float = _WIDE) -> str:
    w = points * 25.4 / 72
    dashes = f' stroke-dasharray="{" ".join(f"{d * w:.3f}" for d in dash)}"' if dash else ""
    return f'<path d="M0 {_HIGH / 2}H{wide}" stroke="{colour}" stroke-width="{w:.3f}" fill="none"{dashes}/>'


def class_picture(number: int, *, mono: bool) -> str:
    """The line of an arrival class."""
    c = ARRIVAL_CLASSES[number]
    if not mono:
        return _svg(_line(CASING, AFFECTED_WIDTH + 0.9) + _line(c.colour, AFFECTED_WIDTH))
    inside = (_line("#000000", 0.6) if c.mono_dash else "") + _line("#000000", c.mono_width, c.mono_dash)
    return _svg(inside + (_line("#ffffff", c.mono_width - 1.6) if c.mono_hollow else ""))


def symbol_picture(symbol: Symbol, *, mono: bool) -> str:
    """A point symbol at its printed size, a little reduced where it is large."""
    side = min(symbol.size, 3.8)
    path = "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring) + "Z" for ring in symbol.shape)
    fill = symbol.mono_fill if mono else symbol.fill
    hollow = fill == "#ffffff"
    edge = f' stroke="{symbol.edge if not mono else "#000000"}" stroke-width="0.22"' if hollow else ""
    inner = f'<g transform="translate(2 2) scale({side / 2 * 0.92:.3f})"><path d="{path}" fill="{fill}"{edge}/></g>'
    return _svg(inner, 4.0, 4.0)


def entries(picture: MapPicture, *, lang: Lang, mono: bool) -> dict[str, list[dict[str, object]]]:
    """Pictures and words: ``classes`` of arrival, ``points`` and ``lines``."""
    blue = "#000000" if mono else "#1b5fa8"
    water = "#000000" if mono else UNAFFECTED
    thin = UNAFFECTED_WIDTH * (0.6 if mono else 1.0)
    classes = [{"svg": class_picture(i, mono=mono), "wide": _WIDE, "high": _HIGH,
                "words": (f"{ARRIVAL_CLASSES[i].tag}  " if mono else "") + arrival_label(i, lang)}
               for i in legend_classes(picture)]
    if picture.has_unaffected:
        classes.append({"svg": _svg(_line(water, thin)), "wide": _WIDE, "high": _HIGH,
                        "words": text("arrival_class.none", lang)})
    points = [{"svg": symbol_picture(SYMBOLS[k], mono=mono), "wide": 4.0, "high": 4.0, "words": SYMBOLS[k].label(lang)}
              for k in picture.symbols]
    ticks = "".join(f'<path d="M{x} 0.5V2.7" stroke="#000" stroke-width="0.2"/>' for x in (1.5, 4.0, 6.5))
    tick = _svg(_line(water, thin, wide=8) + ticks, 8.0)
    hour = _svg(_line(water, thin, wide=8) + '<path d="M4 0.1V3.1" stroke="#000" stroke-width="0.55"/>', 8.0)
    arrow = _svg(f'<path d="M0.5 1.5H5.6V0.9L7.6 1.6L5.6 2.3V1.7H0.5Z" fill="{blue}"/>', 8.0)
    lines = [(tick, text("sheet_legend.chainage", lang, km=f"{km(picture.chainage_step):g}")),
             (hour, text("sheet_legend.time_tick", lang)), (arrow, text("sheet_legend.flow", lang))]
    if picture.has_pool:
        band = ('<rect x="0" y="0.3" width="8" height="2.6" fill="none" stroke="#000" stroke-width="0.2"/>' if mono
                else '<rect x="0" y="0.3" width="8" height="2.6" fill="#cfe5f6"/>')
        lines.append((_svg(band + _line(water, thin, wide=8), 8.0), text("sheet_legend.pool", lang)))
    if picture.has_dam:
        bars = "".join(f'<path d="M{x} 0.3V2.9" stroke="#000" stroke-width="0.38"/>' for x in (3.55, 4.45))
        lines.append((_svg(_line(water, thin, wide=8) + bars, 8.0), text("sheet_legend.dam", lang)))
    if picture.has_sketch:
        lines.append((_svg(_line(water, thin, (5, 3), wide=8), 8.0), text("sheet_legend.sketch", lang)))
    return {"classes": classes, "points": points,
            "lines": [{"svg": svg, "wide": 8.0, "high": _HIGH, "words": words} for svg, words in lines]}
