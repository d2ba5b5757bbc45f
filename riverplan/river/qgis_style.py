"""How QGIS first draws the layers: small QML styles carried inside the GeoPackage."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

_MARKERS: Mapping[str, tuple[str, str, float]] = {
    "nodes": ("circle", "#9bb8d3", 1.2), "risk_source": ("triangle", "#e4002b", 3.2),
    "intake": ("circle", "#00753a", 3.2), "section": ("diamond", "#7a2a8c", 3.6),
    "boundary": ("line", "#000000", 4.0), "bridge": ("cross2", "#5a5a5a", 3.0),
    "town": ("circle", "#ffffff", 2.4), "space": ("square", "#1b5fa8", 3.0),
    "store": ("cross_fill", "#8a5a1c", 3.2), "team": ("pentagon", "#8a5a1c", 3.2),
    "contact": ("circle", "#8a5a1c", 2.0), "material": ("square", "#8a5a1c", 1.8),
    "mechanism": ("square", "#c9a26b", 1.8), "road_stake": ("line", "#5a5a5a", 2.4), "report": ("star", "#f0a500", 3.2),
}
_REACHES: Sequence[tuple[str, str, float, str]] = (
    ("reservoir", "#0b4f8a", 1.4, "水库 reservoir"), ("dewatered", "#b08d57", 0.5, "减水河段 dewatered"),
    ("canal", "#2aa0a0", 0.6, "渠道 canal"), ("tunnel", "#7d7d7d", 0.6, "隧洞 tunnel"),
    ("closed_conduit", "#7d7d7d", 0.6, "暗涵 closed conduit"), ("", "#2f7fc1", 0.7, "河道 channel"))


def style_for(key: str) -> str:
    """The style of a layer of the river file by its key; empty where it has none."""
    if key == "reaches":
        return lines("kind", _REACHES)
    if key in _MARKERS:
        shape, colour, size = _MARKERS[key]
        return markers(shape, colour, size)
    return ""


def lines(field: str, classes: Sequence[tuple[str, str, float, str]]) -> str:
    """A style of lines coloured by a field.

    Parameters
    ----------
    field
        The field that is classed.
    classes
        Value, colour, width [mm] and words of each class; the value ``""`` is all the others.
    """
    symbols = [_symbol("line", i, "SimpleLine", {
        "line_color": colour, "line_width": f"{width:g}", "line_width_unit": "MM", "capstyle": "round",
        "joinstyle": "round"}) for i, (_, colour, width, _) in enumerate(classes)]
    categories = [f'<category render="true" symbol="{i}" value={quoteattr(value)} label={quoteattr(words)}/>'
                  for i, (value, _, _, words) in enumerate(classes)]
    return _document(f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(field)} symbollevels="0">'
                     f"<categories>{''.join(categories)}</categories><symbols>{''.join(symbols)}</symbols>"
                     "</renderer-v2>", 1)


def markers(shape: str, colour: str, size: float) -> str:
    """A style of points: one of QGIS's simple markers, its fill and its size [mm]."""
    symbol = _symbol("marker", 0, "SimpleMarker", {
        "name": shape, "color": colour, "outline_color": "#222222", "outline_width": "0.2",
        "size": f"{size:g}", "size_unit": "MM"})
    return _document('<renderer-v2 type="singleSymbol" symbollevels="0">'
                     f"<symbols>{symbol}</symbols></renderer-v2>", 0)


def with_words(style: str, aliases: Mapping[str, str], label: str = "") -> str:
    """A style with the words of the fields and, where a field is named, labels of the features.

    Parameters
    ----------
    style
        A style of this file.
    aliases
        What each field is called, in the order of the fields.
    label
        Field whose text stands beside each feature; none where empty.
    """
    named = "".join(f'<alias field={quoteattr(f)} index="{i}" name={quoteattr(words)}/>'
                    for i, (f, words) in enumerate(aliases.items(), 1))
    labels = "" if not label else (
        '<labeling type="simple"><settings>'
        f'<text-style fieldName={quoteattr(label)} isExpression="0" fontSize="8" fontSizeUnit="Point" '
        'textColor="30,30,30,255" textOpacity="1"><text-buffer bufferDraw="1" bufferSize="0.8" bufferSizeUnits="MM" '
        'bufferColor="255,255,255,255" bufferOpacity="1"/></text-style>'
        f'<placement placement="{3 if "SimpleLine" in style else 6}" placementFlags="10" dist="1" distUnits="MM"/>'
        '<rendering obstacle="1" mergeLines="1" drawLabels="1"/></settings></labeling>')
    return style.replace('styleCategories="Symbology"', 'styleCategories="Symbology|Labeling|Fields" '
                         f'labelsEnabled="{int(bool(label))}"').replace(
        "<layerGeometryType>", f"{labels}<aliases>{named}</aliases><layerGeometryType>")


def _symbol(kind: str, name: int, layer: str, values: Mapping[str, str]) -> str:
    pairs = [(quoteattr(k), quoteattr(v)) for k, v in values.items()]
    options = "".join(f'<Option type="QString" name={k} value={v}/>' for k, v in pairs)
    props = "".join(f"<prop k={k} v={v}/>" for k, v in pairs)          # QGIS before 3.26 reads these
    return (f'<symbol type="{kind}" name="{name}" alpha="1">'
            f'<layer class="{layer}" enabled="1" locked="0" pass="0">'
            f'<Option type="Map">{options}</Option>{props}</layer></symbol>')


def _document(renderer: str, geometry: int) -> str:
    return ('<!DOCTYPE qgis PUBLIC \'http://mrcc.com/qgis.dtd\' \'SYSTEM\'>\n'
            f'<qgis version="3.22.0" styleCategories="Symbology">{renderer}'
            f"<layerGeometryType>{geometry}</layerGeometryType></qgis>")
