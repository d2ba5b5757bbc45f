"""The Chinese font of a web page: only the characters the page holds, inside the page.

A duty-room machine without any Chinese font would show boxes; a whole font is 8 MB, the characters of
one page are under 0.1 MB.
"""

import base64
import io
from contextlib import closing

from riverplan.exporting.fonts import Face, characters, font

FAMILY = "RP Hei"
"""Family name of the embedded font: the reserved name of the original may not be used for a subset (OFL)."""


def embedded_font(page: str, face: Face = "sans") -> str:
    """A CSS ``@font-face`` rule holding every character of a page that the face has.

    Parameters
    ----------
    page
        The page: any text.
    face
        Which of our fonts.
    """
    from fontTools import subset

    wanted = {ord(c) for c in page} & characters(face)
    options = subset.Options(flavor="woff", layout_features=[], hinting=False, recalc_timestamp=False,
                             name_IDs=[0, 13, 14], notdef_outline=True)
    written = io.BytesIO()
    with closing(subset.load_font(str(font(face).path), options, lazy=True)) as whole:
        cut = subset.Subsetter(options)
        cut.populate(unicodes=wanted)
        cut.subset(whole)
        subset.save_font(whole, written, options)
    data = base64.b64encode(written.getvalue()).decode("ascii")
    return f'@font-face {{ font-family: "{FAMILY}"; src: url(data:font/woff;base64,{data}) format("woff"); }}'
