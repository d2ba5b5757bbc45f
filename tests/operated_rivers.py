"""Rivers with something to operate: a gate, a diversion station."""

from river_fixtures import R, build

from riverplan.forecasting.spill import Spill
from riverplan.river.diversion import lay_diversions
from riverplan.river.sites import Section, Space

H = 3600.0
HERE = {"lon": 107.7, "lat": 29.8}
ON_A = Spill(reach_id="a", chainage=0.0, substance="phenol", mass=1_000.0, duration=H)
"""A release at the upper end of the river with a gate."""


def gated(usable=2e6, brook=0.0):
    """Two reaches of 10 km, 20 m³/s at 0.5 m/s, a gate between them, a section above and below it.

    With a ``brook`` that [m³/s] comes in 100 m below the gate; ``b`` then begins there.
    """
    nodes = {"n1": ("source", 0, 0), "g1": ("dam", 10, 0), "n2": ("outlet", 20, 0)}
    reaches = [R(id="a", tail="n1", head="g1", velocity=0.5), R(id="b", tail="g1", head="n2", velocity=0.5)]
    if brook:
        nodes |= {"m1": ("junction", 10.1, 0), "n3": ("source", 10, -1)}
        reaches = [reaches[0], R(id="b0", tail="g1", head="m1", velocity=0.5),
                   R(id="brook", tail="n3", head="m1", velocity=0.5, discharge=brook, name="小溪"),
                   R(id="b", tail="m1", head="n2", velocity=0.5, discharge=20.0 + brook)]
    sites = [Space(site_id="G1", reach_id="a", chainage=10_000.0, node_id="g1", usable_volume=usable, **HERE),
             Section(site_id="U", reach_id="a", chainage=5_000.0, **HERE),
             Section(site_id="M", reach_id="b", chainage=4_900.0 if brook else 5_000.0, **HERE)]
    return build("闸河", nodes, reaches, sites=sites)


def by_the_station():
    """30 km at 20 m³/s: P1 takes 12 at 10 km and gives it back at 20 km; sections in its two arms and below."""
    river = build("直河", {"n1": ("source", 0, 0), "n2": ("outlet", 30, 0)}, [R(id="a", tail="n1", head="n2")])
    lon, lat = river.lonlat(480_000.0, 3_300_000.0)
    tail_lon, tail_lat = river.lonlat(490_000.0, 3_300_000.0)
    power = Space(site_id="P1", name="示范电站", lon=lon, lat=lat, reach_id="a", chainage=10_000.0,
                  category="hydropower_diversion_type", tailrace_lon=tail_lon, tailrace_lat=tail_lat, rated_flow=12.0,
                  ecological_flow=2.0, conduit_length=6_000.0, conduit="canal")
    below = Section(site_id="M1", reach_id="a", chainage=25_000.0, **HERE)
    river = lay_diversions(river.replace(sites=(power, below)))
    dry = Section(site_id="DRY", reach_id="a.2", chainage=5_000.0, **HERE)
    canal = Section(site_id="CANAL", reach_id="P1.conduit.1", chainage=1_000.0, **HERE)
    return river.replace(sites=(*river.sites, dry, canal))
