"""Person-hours as people say them, on screen and paper: three figures, in 万 and 亿, in English in millions."""

from riverplan.i18n import LANGS, Lang


def people_hours(value: float, lang: Lang) -> str:
    """Person-hours, or people, in a language.

    >>> people_hours(4_961_186.0, "zh"), people_hours(4_961_186.0, "en"), people_hours(812.0, "zh")
    ('496 万', '4.96 million', '812')
    >>> people_hours(2.345e11, "zh"), people_hours(54_977.0, "en"), people_hours(0.0, "zh")
    ('2340 亿', '55,000', '0')
    """
    rounded = float(f"{value:.3g}")
    for unit, word in ((1e8, " 亿"), (1e4, " 万")) if lang == "zh" else ((1e6, " million"),):
        if abs(rounded) >= unit:
            return f"{rounded / unit:.10g}{word}"
    return f"{rounded:,.0f}"


def said(value: float) -> dict[str, str]:
    """Person-hours by language, as a field of a text."""
    return {lang: people_hours(value, lang) for lang in LANGS}
