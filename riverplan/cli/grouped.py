"""Help in groups: what a duty officer gives first stands first, what an engineer tunes stands last."""

from collections.abc import Mapping

import click

GROUPS: Mapping[str, tuple[str, ...]] = {
    "地点 / Where": ("site_id", "lonlat", "stake"),
    "泄漏 / Release": ("substance", "mass_kg", "duration_h", "start", "release_path", "mass_within", "start_within",
                     "duration_within"),
    "流量与电站 / Flow and stations": ("flow", "discharges", "discharge_here", "states", "rise"),
    "现场 / Field": ("observations", "seen", "first", "peak", "clean", "every_h", "lookback_h"),
    "处置 / Operations": ("operations", "hours"),
    "能动用的 / What can be mobilised": ("pins", "forbid", "supplied", "added", "heard_at", "now", "levels",
                                     "flood_season", "water", "night", "rain", "landslide", "roads_path",
                                     "no_candidates", "jurisdiction", "rules_path"),
    "水与物质 / Water and matter": ("temperature", "wind", "alkalinity", "ice", "background_mg_l", "decay_per_day",
                                "settling_m_d", "recovery"),
    "模型 / Models": ("velocity", "spread", "members", "cell_m"),
    "输出 / Output": ("lang", "as_json", "curve_path", "out_path", "_click_default_help"),
}
"""Headings and, in order, the parameters of commands that stand under them."""


class Grouped(click.Command):
    """A command whose options are listed under :data:`GROUPS`."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, group by group; one that is in no group is a mistake that a test finds."""
        rows = {p.name: record for p in self.get_params(ctx) if (record := p.get_help_record(ctx)) is not None}
        for heading, names in GROUPS.items():
            if some := [rows[n] for n in names if n in rows]:
                with formatter.section(heading):
                    formatter.write_dl(some, col_max=26)
