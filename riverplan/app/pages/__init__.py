"""The pages, by mode: widgets → one frozen input; one call; draw."""

from collections.abc import Callable, Mapping

from riverplan.app.frame import Frame
from riverplan.app.pages.draw import draw_page
from riverplan.app.pages.import_ import import_page
from riverplan.app.pages.plan import plan_page
from riverplan.app.pages.screen import screen_page
from riverplan.app.pages.simulate import simulate_page
from riverplan.app.pages.sites import sites_page
from riverplan.app.pages.spill import spill_page
from riverplan.app.pages.trace import trace_page
from riverplan.app.state import Mode
from riverplan.i18n import Lang
from riverplan.river.network import RiverNetwork

PAGES: Mapping[Mode, Callable[[RiverNetwork, Lang, Frame], None]] = {
    "spill": spill_page, "simulate": simulate_page, "plan": plan_page, "trace": trace_page,
    "screen": screen_page, "sites": sites_page, "import": import_page, "draw": draw_page,
}
