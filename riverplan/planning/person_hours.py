"""Person-hours as people say them: three figures, in 万 and 亿 in Chinese."""

from riverplan.i18n import LANGS, Lang


def people_hours(value: float, lang: Lang) -> str:
    """Person-hours in a language.

    >>> people_hours(4_961_186.0, "zh"), people_hours(4_961_186.0, "en"), people_hours(812.0, "zh")
    ('496 万', '4,960,000', '812')
    >>> people_hours(2.345e11, "zh")
    '2340 亿'
    """
    rounded = float(f"{value:.3g}")
    if lang == "zh" and abs(rounded) >= 1e4:
        return f"{rounded / 1e8:.10g} 亿" if abs(rounded) >= 1e8 else f"{rounded / 1e4:.10g} 万"
    return f"{rounded:,.0f}"


def said(value: float) -> dict[str, str]:
    """Person-hours by language, as a field of a text."""
    return {lang: people_hours(value, lang) for lang in LANGS}
