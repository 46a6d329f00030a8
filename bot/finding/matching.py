"""A question in the words of an index: SQLite's FTS5, or PostgreSQL's text search. Pure."""

from collections.abc import Sequence

from bot.finding.query import Query, Term
from bot.finding.terms import facet


def matching(query: Query, dialect: str, *, nearly: bool = False) -> str:
    """All that is wanted, or ``nearly``: any of it; and nothing of what is not. As the index of that database is asked."""
    anded, notted = (" AND ", " NOT ") if dialect == "sqlite" else (" & ", " & !")
    facets = [("network", query.networks), ("account", query.accounts), ("topic", query.topics), ("by", query.people)]
    known = [any_of([Term((facet(kind, value),)) for value in values], dialect) for kind, values in facets if values]
    words = [any_of(query.wanted, dialect)] if nearly else [written(term, dialect) for term in query.wanted]
    wanted = anded.join([*known, *words])
    return f"({wanted}){notted}({any_of(query.without, dialect)})" if query.without else wanted


def any_of(terms: Sequence[Term], dialect: str) -> str:
    """Any of some terms."""
    return "(" + (" OR " if dialect == "sqlite" else " | ").join(written(term, dialect) for term in terms) + ")"


def written(term: Term, dialect: str) -> str:
    """One term. Stems are letters and digits only, so that quotes hold them and nothing in them is a sign."""
    if dialect == "sqlite":
        row = f'"{" ".join(term.stems)}"'
        return " OR ".join([f'("{term.begins}" *', *(f'"{one}"' for one in term.within), f"{row})"]) if term.begins else row
    row = " <-> ".join(f"'{stem}'" for stem in term.stems)
    return (
        " | ".join([f"('{term.begins}':*", *(f"'{one}'" for one in term.within), f"{row})"]) if term.begins else f"({row})"
    )
