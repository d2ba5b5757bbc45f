"""One notice, and the desk that writes it: jurisdiction, call, rules and the words of both languages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from riverplan.forecasting.result import Forecast
from riverplan.i18n import LANGS, Lang, text
from riverplan.planning.level import SuggestedLevel
from riverplan.planning.notice_clocks import deadline_words
from riverplan.planning.notice_recipients import Recipient, Words, same_place, words
from riverplan.planning.notice_texts import Sentences
from riverplan.reference.deadlines import Deadline, strictest
from riverplan.river.sites import Site

Kind = Literal["report", "circular", "notice", "letter", "publication"]
GROUPS = ("village", "town", "waterworks", "emergency", "transport", "letter", "station", "upstream", "boundary",
          "report", "health", "agriculture", "other_intake", "navigation", "publication")
"""Whom a notice is for; of those told by the same time, the first here is told first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A draft for one recipient.

    Parameters
    ----------
    kind
        报告, 通报, 通知, 调度建议函 or 发布.
    group
        Of :data:`GROUPS`.
    site_id
        The place it is about; empty where it is about none.
    signer, unit, post
        Who signs, whom it goes to, and the post there; by language.
    phone
        Duty phone; empty where none is listed, which :meth:`phone_words` marks as a gap.
    medium
        ``phone``, ``writing`` or ``conference``.
    rule, deadline
        The rule and the clock time it gives; at once is the time of the call.
    heard_at
        When the call came in: the clock of the deadline runs from it.
    earliest, arrival
        Earliest time of the plume there after the release [s], and its clock time; None where no water comes or the
        release has no clock time.
    text
        Ready to be read over the phone or signed; by language.
    """

    kind: Kind
    group: str
    site_id: str = ""
    signer: Words
    unit: Words
    post: Words
    phone: str
    medium: str
    rule: Deadline
    deadline: datetime
    heard_at: datetime
    earliest: float | None
    arrival: datetime | None
    text: Words

    def phone_words(self, lang: Lang) -> str:
        """The duty phone, or the mark that it is missing."""
        return self.phone or text("plan_notice.gap", lang, what=text("plan_notice.phone", lang))

    def deadline_words(self, lang: Lang) -> str:
        """By when, counted from what, on what ground and how sure."""
        return deadline_words(self.rule, self.deadline, self.heard_at, lang)

    def kind_words(self, lang: Lang) -> str:
        """The kind of notice as it is called."""
        return text(f"plan_notice.kind_{self.kind}", lang)

    def medium_words(self, lang: Lang) -> str:
        """How it is told: by phone, in writing, at a press conference."""
        return text(f"plan_notice.medium_{self.medium}", lang)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Desk:
    """The bureau that writes: its jurisdiction, the call, the rules, and the sentences of both languages."""

    forecast: Forecast
    heard_at: datetime
    jurisdiction: str
    rules: Sequence[Deadline]
    suggested: SuggestedLevel
    bureau: Recipient
    government: Recipient
    sentences: Mapping[Lang, Sentences]

    def own(self, site: Site) -> bool:
        """Whether a site lies in the jurisdiction; all do where no list names it as a county (a city, a province)."""
        counties = {s.county for s in self.forecast.river.sites if s.county}
        known = any(same_place(county, self.jurisdiction) for county in counties)
        return not known or not site.county or same_place(site.county, self.jurisdiction)

    def rule(self, kind: Kind, medium: str = "phone") -> Deadline:
        """The shortest rule for a kind that names no single recipient; at once where the tables hold none."""
        found = strictest(self.rules, jurisdiction=self.jurisdiction, level=self.suggested.reporting, kind=kind)
        return next((rule for _, rule in found if rule.medium == medium), Deadline(
            jurisdiction=self.jurisdiction, kind=kind, medium=medium, within=0.0, since="known", to=(),
            confidence="design"))

    def signer(self, kind: Kind) -> Words:
        """Who signs a kind of notice."""
        return {lang: text(f"plan_notice.signer_{kind}", lang, bureau=self.bureau.unit[lang],
                           government=words("unit_government", place=self.jurisdiction)[lang]) for lang in LANGS}

    def notice(self, kind: Kind, group: str, to: Recipient, body: Callable[[Sentences], str], *,
               rule: Deadline | None = None, earliest: float | None = None, site_id: str = "") -> Notice:
        """A notice with its clocks; ``body`` gives the text of a language without the frame of a draft."""
        rule = rule or self.rule(kind)
        return Notice(
            kind=kind, group=group, site_id=site_id, signer=self.signer(kind), unit=to.unit, post=to.post,
            phone=to.phone, medium=rule.medium, rule=rule, deadline=self.heard_at + timedelta(seconds=rule.within),
            heard_at=self.heard_at, earliest=earliest,
            arrival=None if earliest is None else self.forecast.clock(earliest),
            text={lang: said.framed(body(said)) for lang, said in self.sentences.items()})

    def call(self, kind: Kind, group: str, to: Recipient, ask: Callable[[Sentences], str], *,
             front: Callable[[Sentences], str] | None = None, earliest: float | None = None, site_id: str = "",
             position: bool = False) -> Notice:
        """A notice to be read over the phone: who calls, what happened, what comes when, what is asked, who signs."""
        signer = self.signer(kind)
        arrival = None if earliest is None else self.forecast.clock(earliest)

        def body(said: Sentences) -> str:
            lang = said.lang
            parts = [said.of("opening", unit=to.unit[lang], bureau=self.bureau.unit[lang], caller=said.gap("caller")),
                     said.event(position=position), front(said) if front else "",
                     said.of("already") if arrival is not None and arrival <= self.heard_at else "", ask(said),
                     said.of("closing", phone=self.phone(lang), heard_by=said.gap("heard_by"), signer=signer[lang],
                             signature=said.gap("signature"))]
            return "\n".join(p for p in parts if p)

        return self.notice(kind, group, to, body, earliest=earliest, site_id=site_id)

    def phone(self, lang: Lang) -> str:
        """The bureau's own duty phone, or the mark that it is missing."""
        return self.bureau.phone or self.sentences[lang].gap("phone")
